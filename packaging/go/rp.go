// Package rp has the headers of rp in its folder include, and the numbers of the contract as Go's constants.
//
// A module is a package main that cgo compiles with them:
//
//	CGO_CFLAGS="-I$(go list -m -f '{{.Dir}}' rp)/include" go build -buildmode=c-shared -o libhello.so
//
// The path has no dot, so nothing looks for it on a network: the folder is made known with `go work use`.
package rp

// #cgo CFLAGS: -I${SRCDIR}/include
// #define RP_NO_ENTRY
// #include "rp_module_layout.h"
import "C"

// What handle_message returns.
const (
	OK          = C.RP_OK
	Failed      = C.RP_FAILED
	ErrNoMemory = C.RP_ERR_NO_MEMORY
	ErrPanic    = C.RP_ERR_PANIC
	ErrCanceled = C.RP_ERR_CANCELLED
)

// Levels of the log.
const (
	LogError = C.RP_LOG_ERROR
	LogWarn  = C.RP_LOG_WARN
	LogInfo  = C.RP_LOG_INFO
	LogDebug = C.RP_LOG_DEBUG
	LogTrace = C.RP_LOG_TRACE
)

// Concurrent is the flag of a module whose instances take several calls at once.
const Concurrent = C.RP_CONCURRENT

// ABIVersion is the version of the contract.
const ABIVersion = C.RP_ABI_VERSION
