// rp_ocaml.h: a module whose answers are written in OCaml: the table, the exports, JSON by rp_sdk.h, and how threads of a host come
// into OCaml's runtime, which is one for the library and takes one call at a time.
//
//     #include "rp_ocaml.h"
//     RP_OCAML_MODULE("{\"name\":\"hello\",\"version\":\"0.1.0\",\"protocol\":\"1.0\"}");
#ifndef RP_OCAML_H
#define RP_OCAML_H

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#define CAML_NAME_SPACE
#include <caml/alloc.h>
#include <caml/callback.h>
#include <caml/memory.h>
#include <caml/mlvalues.h>

#include "rp_sdk.h"

typedef struct {
    value number; // of the state in module.ml; no pointer, so the collector need not know
} instance;

static pthread_mutex_t runtime = PTHREAD_MUTEX_INITIALIZER; // held while OCaml runs
static bool is_started;

// What is being answered; OCaml asks for it, so that it is OCaml that finds memory at its end.
static rp_str kind, name, payload;

value module_kind(value unit)
{
    (void)unit;
    return caml_alloc_initialized_string(kind.len, kind.data);
}

value module_name(value unit)
{
    (void)unit;
    return caml_alloc_initialized_string(name.len, name.data);
}

value module_payload(value unit)
{
    (void)unit;
    return caml_alloc_initialized_string(payload.len, payload.data);
}

static rp_str text_of(value text)
{
    return (rp_str){String_val(text), caml_string_length(text)};
}

static value some(value of)
{
    CAMLparam1(of);
    value option = caml_alloc(1, 0);
    Store_field(option, 0, of);
    CAMLreturn(option);
}

// json_get : string -> string -> string option
value module_json_get(value object, value key)
{
    CAMLparam2(object, key);
    rp_json parsed, found;
    if (rp_json_parse(text_of(object), &parsed) != RP_JSON_OK) CAMLreturn(Val_none);
    found = rp_json_get_str(parsed, text_of(key));
    if (rp_json_is(found, RP_JSON_NOTHING)) CAMLreturn(Val_none);
    // The collector may move the object: the place in it is kept, not the pointer.
    size_t at = (size_t)(found.text.data - String_val(object)), len = found.text.len;
    value text = caml_alloc_string(len);
    memcpy(Bytes_val(text), String_val(object) + at, len);
    CAMLreturn(some(text));
}

// json_text : string -> string option
value module_json_text(value json)
{
    CAMLparam1(json);
    rp_json parsed;
    size_t len;
    if (rp_json_parse(text_of(json), &parsed) != RP_JSON_OK || rp_json_string_len(parsed, &len) != RP_JSON_OK) CAMLreturn(Val_none);
    value text = caml_alloc_string(len);
    // Again, since it may have moved; a string of OCaml has room for the NUL.
    rp_json_parse(text_of(json), &parsed);
    rp_json_read_string(parsed, (char *)Bytes_val(text), len + 1, NULL);
    CAMLreturn(some(text));
}

// Starts the runtime once; its handler for SIGSEGV goes again, since signals are the host's.
static void start(void)
{
    char *arguments[] = {"", NULL};
    struct sigaction segv;
    if (is_started) return;
    sigaction(SIGSEGV, NULL, &segv);
    caml_startup(arguments);
    sigaction(SIGSEGV, &segv, NULL);
    is_started = true;
}

static void *create(const rp_host *host)
{
    instance *self = malloc(sizeof *self);
    (void)host; // a module that asks the host keeps it
    if (self == NULL) return NULL;
    pthread_mutex_lock(&runtime);
    start();
    self->number = caml_callback_exn(*caml_named_value("module_create"), Val_unit);
    pthread_mutex_unlock(&runtime);
    if (!Is_exception_result(self->number)) return self;
    free(self);
    return NULL;
}

static void destroy(void *given)
{
    instance *self = given;
    if (self == NULL) return;
    pthread_mutex_lock(&runtime);
    (void)caml_callback_exn(*caml_named_value("module_destroy"), self->number);
    pthread_mutex_unlock(&runtime);
    free(self);
}

// An answer is Data (tag 0) with JSON, or Error (tag 1) with code and text.
static rp_status respond(value answer, rp_reply *reply)
{
    rp_json data;
    if (Tag_val(answer) == 1) {
        return rp_answer_error_details(reply, text_of(Field(answer, 0)), text_of(Field(answer, 1)), rp_json_literal(""));
    }
    if (rp_json_parse(text_of(Field(answer, 0)), &data) == RP_JSON_OK) return rp_answer_json(reply, data);
    return rp_answer_error(reply, RP_CODE_INTERNAL, "the answer is not valid JSON");
}

static rp_status ask(instance *self, rp_reply *reply)
{
    value answer = caml_callback_exn(*caml_named_value("module_handle"), self->number);
    // Only memory that ran out leaves `handle`; respond allocates nothing of OCaml's, so nothing moves.
    return Is_exception_result(answer) ? RP_ERR_NO_MEMORY : respond(answer, reply);
}

static rp_status command(instance *self, rp_json whole, rp_reply *reply)
{
    rp_json its_name, args;
    size_t len = 0;
    char *decoded;
    rp_status status = rp_command_open(whole, reply, &its_name, &args);
    if (status != RP_OK) return status;
    decoded = malloc(its_name.text.len);
    if (decoded == NULL) return RP_ERR_NO_MEMORY;
    (void)rp_json_read_string(its_name, decoded, its_name.text.len, &len); // rp_command_open saw that it can be decoded
    name = (rp_str){decoded, len};
    payload = args.text;
    status = ask(self, reply);
    free(decoded);
    return status;
}

static rp_status handle_message(void *given, const rp_message *message, rp_reply *reply)
{
    instance *self = given;
    rp_json whole;
    rp_status status;
    value is_initialized = Val_false;
    pthread_mutex_lock(&runtime);
    if (self != NULL) is_initialized = caml_callback_exn(*caml_named_value("module_receive"), self->number);
    status = rp_message_open(self, message, reply, &whole);
    if (status == RP_OK) {
        kind = message->type;
        name = rp_str_from("");
        payload = whole.text;
        status = is_initialized == Val_true && rp_str_eq(kind, "command") ? command(self, whole, reply) : ask(self, reply);
    }
    pthread_mutex_unlock(&runtime);
    return status;
}

#define RP_OCAML_MODULE(manifest_json) RP_MODULE(0, manifest_json, create, destroy, handle_message)

#endif
