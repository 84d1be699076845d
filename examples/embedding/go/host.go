// A host in Go, by cgo: loads modules, calls them, answers them, hears events.
package main

/*
#cgo pkg-config: rp_host
#include <stdlib.h>
#include "rp_host.h"

void goDrop(void *context);
void goLog(void *context, rph_log *line);
void goTrace(void *context, char *json, size_t len);
int64_t goClock(void *context);
void goRandom(void *context, void *data, size_t len);
rp_status goAnswer(void *context, rp_str *sender, rp_message *message, rp_reply *reply);
*/
import "C"

import (
	"runtime/cgo"
	"unsafe"
)

// Error is what a function of rp_host.h returns.
type Error struct{ Code, Text, Fault string }

func (e *Error) Error() string { return e.Text }

// Response is the answer of a module; one that says "error" is no error of the call.
type Response struct {
	OK                     bool
	Text, Data, Code, Said string
}

// Program is what the host calls.
type Program interface {
	Log(level int, instance, text string)
	Trace(json string)
	Clock() int64
	Random(data []byte)
	// Answer returns a whole response, and whether it is a success.
	Answer(kind, sender, payload string) (string, bool)
}

// Host loads modules.
type Host struct {
	raw   *C.rph_host
	reply *C.rph_reply
}

// taken frees an error of rp_host.h.
func taken(raw *C.rph_error) error {
	if raw == nil {
		return nil
	}
	defer C.rph_error_free(raw)
	fault := [...]string{"", "module", "host", "operator"}[C.rph_error_fault(raw)]
	return &Error{C.GoString(C.rph_error_code(raw)), C.GoString(C.rph_error_text(raw)), fault}
}

// lent is a text for the time of one call.
func lent(text string) (*C.char, C.size_t) {
	if text == "" {
		return nil, 0
	}
	bytes := []byte(text)
	return (*C.char)(unsafe.Pointer(&bytes[0])), C.size_t(len(bytes))
}

func copied(text C.rp_str) string { return C.GoStringN(text.data, C.int(text.len)) }

// NewHost makes a host that answers the services of the program.
func NewHost(options string, program Program, services ...string) (*Host, error) {
	builder := C.rph_builder_new()
	drop := C.rph_drop_fn(C.goDrop)
	json, length := lent(options)
	if err := taken(C.rph_builder_options(builder, json, length)); err != nil {
		C.rph_builder_free(builder)
		return nil, err
	}
	C.rph_builder_on_log(builder, C.rph_log_fn(C.goLog), keep(program), drop)
	C.rph_builder_on_trace(builder, C.rph_json_fn(C.goTrace), keep(program), drop)
	C.rph_builder_clock(builder, C.rph_clock_fn(C.goClock), keep(program), drop)
	C.rph_builder_random(builder, C.rph_random_fn(C.goRandom), keep(program), drop)
	for _, service := range services {
		name, length := lent(service)
		answer := C.rph_service_fn(C.goAnswer)
		if err := taken(C.rph_builder_service(builder, name, length, answer, keep(program), drop)); err != nil {
			C.rph_builder_free(builder)
			return nil, err
		}
	}
	host := &Host{reply: C.rph_reply_new(0)}
	return host, taken(C.rph_builder_build(builder, &host.raw))
}

// Load starts an instance of the module in a file.
func (h *Host) Load(path, options string) (*C.rph_instance, error) {
	file, fileLength := lent(path)
	json, length := lent(options)
	var out *C.rph_instance
	return out, taken(C.rph_load(h.raw, file, fileLength, json, length, &out))
}

// Call sends a message; command says that kind is the name of a command.
func (h *Host) Call(to *C.rph_instance, command bool, kind, payload string, options *C.rph_call_options) (Response, error) {
	name, nameLength := lent(kind)
	json, length := lent(payload)
	var status C.rp_status
	var err error
	if command {
		err = taken(C.rph_command(to, name, nameLength, json, length, options, h.reply, &status))
	} else {
		err = taken(C.rph_call(to, name, nameLength, json, length, options, h.reply, &status))
	}
	if err != nil {
		return Response{}, err
	}
	text := func(text *C.char) string { return C.GoString(text) }
	return Response{status == C.RP_OK, text(C.rph_reply_text(h.reply, nil)), text(C.rph_reply_data(h.reply, nil)),
		text(C.rph_reply_code(h.reply, nil)), text(C.rph_reply_error(h.reply, nil))}, nil
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
