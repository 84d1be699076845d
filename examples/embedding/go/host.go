// A host in Go, by cgo: loads modules, calls them, answers them, hears events.
package main

/*
#cgo pkg-config: rp_host
#include "rp_host.h"

void goDrop(void *context);
void goLog(void *context, rph_log *line);
void goTrace(void *context, char *json, size_t len);
int64_t goClock(void *context);
void goRandom(void *context, void *data, size_t len);
rp_status goAnswer(void *context, rp_str *sender, rp_message *message, rp_reply *reply);
*/
import "C"

import "unsafe"

// Error is what a function of rp_host.h returns.
type Error struct{ Code, Text, Fault string }

func (e *Error) Error() string { return e.Text }

// Response is the answer of a module; one that says "error" is no error of the call.
type Response struct {
	OK                     bool
	Text, Data, Code, Said string
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
	host := &Host{reply: C.rph_reply_new(0)}
	err := taken(C.rph_builder_build(builder, &host.raw))
	for at := 0; at < len(services) && err == nil; at++ {
		name, length := lent(services[at])
		err = taken(C.rph_add_service(host.raw, name, length, C.rph_service_fn(C.goAnswer), keep(program), drop))
	}
	return host, err
}

// Load starts an instance of the module in a file.
func (h *Host) Load(path, options string) (*C.rph_instance, error) {
	file, fileLength := lent(path)
	json, length := lent(options)
	var out *C.rph_instance
	return out, taken(C.rph_load(h.raw, file, fileLength, json, length, &out))
}

// Call sends a message; command says that kind is the name of a command.
func (h *Host) Call(to *C.rph_instance, command bool, kind, payload string, options *C.rph_call_options) (answer Response, err error) {
	name, nameLength := lent(kind)
	json, length := lent(payload)
	var status C.rp_status
	if command {
		err = taken(C.rph_command(to, name, nameLength, json, length, options, h.reply, &status))
	} else {
		err = taken(C.rph_call(to, name, nameLength, json, length, options, h.reply, &status))
	}
	if err == nil {
		text := func(text *C.char) string { return C.GoString(text) }
		answer = Response{status == C.RP_OK, text(C.rph_reply_text(h.reply, nil)), text(C.rph_reply_data(h.reply, nil)),
			text(C.rph_reply_code(h.reply, nil)), text(C.rph_reply_error(h.reply, nil))}
	}
	return answer, err
}
