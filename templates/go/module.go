// @name@, a module for rp. The command greet is an example: put your own in its place.
package main

// #cgo CFLAGS: -O2 -I${SRCDIR}/include
// #include "rp_module.h"
// #include <stdlib.h>
import "C"

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"runtime/cgo"
	"unsafe"
)

// One instance of the module, and what it keeps.
type state struct {
	greeted     uint64
	initialized bool
}

//go:embed describe.json
var description []byte

// A failure is what an error response says.
type failure struct{ code, text string }

// Go's memory moves for nobody, but only Go may keep it: C gets a cell of its own with the number of the state.
//
//export module_create
func module_create(host *C.rp_host) unsafe.Pointer {
	cell := C.calloc(1, C.size_t(unsafe.Sizeof(cgo.Handle(0))))
	if cell != nil {
		*(*cgo.Handle)(cell) = cgo.NewHandle(&state{})
	}
	return cell
}

//export module_destroy
func module_destroy(instance unsafe.Pointer) {
	if instance != nil {
		(*cgo.Handle)(instance).Delete()
		C.free(instance)
	}
}

//export module_handle_message
func module_handle_message(instance unsafe.Pointer, message *C.rp_message, reply *C.rp_reply) (status C.rp_status) {
	defer func() {
		if recover() != nil {
			status = C.RP_ERR_PANIC
		}
	}()
	if reply == nil {
		return C.RP_ERR_NO_MEMORY
	}
	data, failed := answer(instance, message)
	if failed != nil {
		return write(reply, C.RP_FAILED, `{"status":"error","error":`, quoted(failed.text), `,"code":`, quoted(failed.code), `}`)
	}
	return write(reply, C.RP_OK, `{"status":"success","data":`, string(data), `}`)
}

func answer(instance unsafe.Pointer, message *C.rp_message) ([]byte, *failure) {
	if instance == nil {
		return nil, &failure{"invalid_payload", "NULL instance"}
	}
	self := (*cgo.Handle)(instance).Value().(*state)
	if message == nil {
		return nil, &failure{"invalid_payload", "NULL message"}
	}
	if message.flags != 0 {
		return nil, &failure{"not_supported", "unknown message flags"}
	}
	payload, failed := object([]byte(text(message.payload)))
	if failed != nil {
		return nil, failed
	}
	// cgo writes an underscore before the names that Go keeps for itself.
	kind := text(message._type)
	switch {
	case kind == "init":
		return self.init()
	case kind == "describe":
		return bytes.TrimSpace(description), nil
	case !self.initialized:
		return nil, &failure{"not_initialized", "the module is not initialized"}
	}
	switch kind {
	case "command":
		return self.command(payload)
	case "event":
		return []byte("{}"), nil
	case "query", "mutation":
		return nil, &failure{"not_supported", "this module keeps no entities"}
	case "shutdown":
		self.initialized = false
		return []byte("{}"), nil
	}
	return nil, &failure{"unknown_type", "unknown message type: " + kind}
}

func (self *state) init() ([]byte, *failure) {
	if self.initialized {
		return nil, &failure{"conflict", "already initialized"}
	}
	self.initialized = true
	return []byte("{}"), nil
}

func (self *state) command(payload map[string]json.RawMessage) ([]byte, *failure) {
	name, isString := stringOf(payload["name"])
	if !isString {
		return nil, &failure{"invalid_payload", "name: expected a string"}
	}
	args, isThere := payload["args"]
	if !isThere {
		args = json.RawMessage("{}")
	}
	members, failed := object(args)
	if failed != nil {
		return nil, &failure{"invalid_payload", "args: expected an object"}
	}
	if name == "greet" {
		return self.greet(members)
	}
	return nil, &failure{"unknown_command", "unknown command: " + name}
}

func (self *state) greet(args map[string]json.RawMessage) ([]byte, *failure) {
	name, isString := stringOf(args["name"])
	if !isString {
		return nil, &failure{"invalid_payload", "name: expected a string"}
	}
	self.greeted++
	return marshal(struct {
		Hello   string `json:"hello"`
		Greeted uint64 `json:"greeted"`
	}{name, self.greeted}), nil
}

// The members of an object. Not a struct: to Go's decoder "Name" would be "name" too.
func object(text []byte) (map[string]json.RawMessage, *failure) {
	var members map[string]json.RawMessage
	if !json.Valid(text) {
		return nil, &failure{"invalid_json", "the payload is not valid JSON"}
	}
	if json.Unmarshal(text, &members) != nil || members == nil {
		return nil, &failure{"invalid_payload", "the payload is not an object"}
	}
	return members, nil
}

func stringOf(value json.RawMessage) (string, bool) {
	var text *string
	if json.Unmarshal(value, &text) != nil || text == nil {
		return "", false
	}
	return *text, true
}

func marshal(value any) []byte {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err)
	}
	return bytes.TrimRight(text.Bytes(), "\n")
}

func quoted(text string) string {
	return string(marshal(text))
}

// A copy, since the message ends with the call.
func text(borrowed C.rp_str) string {
	return C.GoStringN(borrowed.data, C.int(borrowed.len))
}

func write(reply *C.rp_reply, status C.rp_status, parts ...string) C.rp_status {
	whole := []byte(parts[0])
	for _, part := range parts[1:] {
		whole = append(whole, part...)
	}
	written := C.rp_reply_write(reply, unsafe.Pointer(&whole[0]), C.size_t(len(whole)))
	if written != C.RP_OK {
		return written
	}
	return status
}

func main() {}
