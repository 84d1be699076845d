package main

/*
#include "rp_host.h"
*/
import "C"

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
)

// runner does the steps of tests/embed_table/table.tsv; it is the Program of its hosts, too.
type runner struct {
	folder       string
	host         *Host
	instances    map[string]*C.rph_instance
	subscription *C.rph_subscription
	lock         sync.Mutex
	lines        []string
	messages     int
}

func (r *runner) Log(level int, instance, text string) {
	r.lock.Lock()
	defer r.lock.Unlock()
	levels := [...]string{"", "error", "warn", "info", "debug", "trace"}
	r.lines = append(r.lines, strings.Join([]string{levels[level], instance, text}, "\t"))
}

func (r *runner) Trace(string) {
	r.lock.Lock()
	defer r.lock.Unlock()
	r.messages++
}

func (r *runner) Clock() int64 { return 1234567 }

func (r *runner) Random(data []byte) {
	for at := range data {
		data[at] = 171
	}
}

func (r *runner) Answer(kind, sender, payload string) (string, bool) {
	if kind == "embedder.refuse" {
		return `{"status":"error","error":"refused","code":"conflict","details":{"by":"embedder"}}`, false
	}
	return fmt.Sprintf(`{"status":"success","data":{"sender":%q,"payload":%s}}`, sender, payload), true
}

func done(err error) string {
	if failure, is := err.(*Error); is {
		return "error\t" + failure.Code + "\t" + failure.Fault
	}
	return "ok"
}

func shown(response Response, err error) string {
	if err != nil {
		return done(err)
	}
	if response.OK {
		return "success\t" + response.Data
	}
	text := "failed\t" + response.Code + "\t" + response.Said
	if response.Data != "" {
		text += "\t" + response.Data
	}
	return text
}

func (r *runner) end() {
	for _, instance := range r.instances {
		C.rph_instance_free(instance)
	}
	C.rph_subscription_free(r.subscription)
	if r.host != nil {
		C.rph_host_free(r.host.raw)
		C.rph_reply_free(r.host.reply)
	}
	r.host, r.subscription, r.instances = nil, nil, map[string]*C.rph_instance{}
}

func (r *runner) start(options string) string {
	r.end()
	host, err := NewHost(options, r, "embedder.echo", "embedder.refuse")
	if err == nil {
		r.host = host
	}
	return done(err)
}

func (r *runner) load(module, options string) string {
	if r.host == nil {
		return "no host"
	}
	instance, err := r.host.Load(r.folder+"/lib"+module+".so", options)
	if err == nil {
		r.instances[C.GoString(C.rph_instance_name(instance))] = instance
	}
	return done(err)
}

func (r *runner) next() string {
	if r.subscription == nil {
		return "no subscription"
	}
	if err := taken(C.rph_next(r.subscription, 0, r.host.reply)); err != nil {
		return done(err)
	}
	var event struct {
		Event, From string
		Data        json.RawMessage
	}
	if err := json.Unmarshal([]byte(C.GoString(C.rph_reply_text(r.host.reply, nil))), &event); err != nil {
		return err.Error()
	}
	data := string(event.Data)
	if data == "" {
		data = "null"
	}
	return strings.Join([]string{"ok", event.Event, event.From, data}, "\t")
}

// told is how much the host told since the last time.
func (r *runner) told(name string) string {
	r.lock.Lock()
	defer r.lock.Unlock()
	text := fmt.Sprintf("ok\t%d", len(r.lines))
	if name == "traced" {
		text, r.messages = fmt.Sprintf("ok\t%d", r.messages), 0
	} else if len(r.lines) > 0 {
		text += "\t" + r.lines[len(r.lines)-1]
	}
	if name == "logged" {
		r.lines = nil
	}
	return text
}

func (r *runner) ofInstance(instance *C.rph_instance, name, second, third string) string {
	options := C.rph_call_options{struct_size: C.sizeof_rph_call_options}
	switch name {
	case "ready":
		return "ok\t" + strconv.FormatBool(C.rph_instance_is_ready(instance) != 0)
	case "unload":
		return done(taken(C.rph_unload(instance)))
	case "unchecked":
		options.flags = C.RPH_UNCHECKED
		response, err := r.host.Call(instance, false, second, third, &options)
		if err == nil {
			return "ok\t" + response.Text
		}
		return done(err)
	case "late":
		options.timeout_us = -1
	case "cancelled":
		options.cancel = C.rph_cancel_new()
		defer C.rph_cancel_free(options.cancel)
		C.rph_cancel_now(options.cancel)
	}
	return shown(r.host.Call(instance, name != "call", second, third, &options))
}

func (r *runner) step(name, first, second, third string) string {
	text, length := lent(first)
	switch name {
	case "host":
		return r.start(first)
	case "load":
		return r.load(first, second)
	case "find":
		found := C.rph_find(r.host.raw, text, length)
		defer C.rph_instance_free(found)
		return "ok\t" + map[bool]string{true: "found", false: "none"}[found != nil]
	case "subscribe":
		limit, _ := strconv.Atoi(second)
		C.rph_subscription_free(r.subscription)
		return done(taken(C.rph_subscribe(r.host.raw, text, length, C.uint32_t(limit), &r.subscription)))
	case "emit":
		data, dataLength := lent(second)
		return done(taken(C.rph_publish(r.host.raw, text, length, data, dataLength)))
	case "settle":
		return done(taken(C.rph_drain_events(r.host.raw, 60_000_000)))
	case "next":
		return r.next()
	case "logged", "traced":
		return r.told(name)
	case "close":
		return done(taken(C.rph_unload_all(r.host.raw)))
	}
	instance, is := r.instances[first]
	if !is {
		return "no handle"
	}
	return r.ofInstance(instance, name, second, third)
}

func main() {
	table, err := os.Open(os.Args[1])
	if err != nil {
		panic(err)
	}
	r := &runner{folder: os.Args[2]}
	number := 0
	for lines := bufio.NewScanner(table); lines.Scan(); {
		if line := lines.Text(); line != "" && line[0] != '#' {
			number++
			fields := append(strings.Split(line, "\t"), "", "", "")
			fmt.Printf("%d\t%s\t%s\n", number, fields[0], r.step(fields[0], fields[1], fields[2], fields[3]))
		}
	}
	r.end()
}
