package main

/*
#include <stdlib.h>
#include "rp_host.h"
*/
import "C"

import (
	"runtime/cgo"
	"unsafe"
)

// Program is what the host calls.
type Program interface {
	Log(level int, instance, text string)
	Trace(json string)
	Clock() int64
	Random(data []byte)
	// Answer gives a whole response, and whether it is a success.
	Answer(kind, sender, payload string) (response string, ok bool)
}

// keep makes a context of a callback, until goDrop.
func keep(program Program) unsafe.Pointer {
	context := C.malloc(C.size_t(unsafe.Sizeof(cgo.Handle(0))))
	*(*cgo.Handle)(context) = cgo.NewHandle(program)
	return context
}

func programOf(context unsafe.Pointer) Program { return (*cgo.Handle)(context).Value().(Program) }

//export goDrop
func goDrop(context unsafe.Pointer) {
	(*cgo.Handle)(context).Delete()
	C.free(context)
}

//export goLog
func goLog(context unsafe.Pointer, line *C.rph_log) {
	programOf(context).Log(int(line.level), copied(line.instance), copied(line.text))
}

//export goTrace
func goTrace(context unsafe.Pointer, json *C.char, length C.size_t) {
	programOf(context).Trace(C.GoStringN(json, C.int(length)))
}

//export goClock
func goClock(context unsafe.Pointer) C.int64_t { return C.int64_t(programOf(context).Clock()) }

//export goRandom
func goRandom(context, data unsafe.Pointer, length C.size_t) {
	programOf(context).Random(unsafe.Slice((*byte)(data), int(length)))
}

//export goAnswer
func goAnswer(context unsafe.Pointer, sender *C.rp_str, message *C.rp_message, reply *C.rp_reply) C.rp_status {
	response, ok := programOf(context).Answer(copied(message._type), copied(*sender), copied(message.payload))
	text, length := lent(response)
	if written := C.rp_reply_write(reply, unsafe.Pointer(text), length); written != C.RP_OK || ok {
		return written
	}
	return C.RP_FAILED
}
