// rp_module.h: everything that a module and its host agree on. ABI version 1, protocol version 1.0.
//
// Generated from host/src/abi.rs and cbindgen.toml; `./dev header` rewrites it. Do not edit it here.
//
// A module is a shared library, or a WebAssembly module, that a host program loads. The host sends
// it messages, a type and one JSON object each, and gets one JSON object back: the response. The
// module writes the response into a buffer that comes with the message: the reply. This is a whole
// module; it gives every message the same answer:
//
//     #include "rp_module.h"
//
//     static char instance;  // no state to keep: any address will do
//
//     static void *create(const rp_host *host) {
//       (void)host;
//       return &instance;
//     }
//
//     static void destroy(void *self) {
//       (void)self;
//     }
//
//     static rp_status handle_message(void *self, const rp_message *message, rp_reply *reply) {
//       static const char response[] = "{\"status\":\"success\",\"data\":{\"hello\":\"world\"}}";
//       (void)self;
//       (void)message;  // a real module looks at message->type and message->payload
//       return rp_reply_write(reply, response, sizeof response - 1);
//     }
//
//     RP_MODULE(0, "{\"name\":\"hello\",\"version\":\"1.0.0\",\"protocol\":\"1.0\"}",
//               create, destroy, handle_message);
//
// Build it, look at it, talk to it:
//
//     cc -shared -fPIC -fvisibility=hidden hello.c -o libhello.so
//     rp inspect libhello.so
//     rp call libhello.so greet
//
// The order of this file: messages, manifest, rules, tags, WebAssembly (comments); constants; text,
// message, reply, host and module (types); what a module exports; RP_HAS, rp_reply_write and
// RP_MODULE (helpers); layout. rp_sdk.h, beside this file, reads and writes JSON in C. A name that
// ends in _ is the header's own: do not use it.
//
//
// MESSAGES
//
// Every payload and every response is one JSON object in UTF-8. (Below, "name" alone stands for
// "name" and its value.)
//
//   type      payload                                         data of a success
//   init      {"instance","config":{},                        usually {}
//              "host":{"name","version","protocol"}}
//   command   {"name","args":{}}                              the command's result
//   query     {"entity","id","filters":{},"include":[],       {"entities":[],"count"}
//              "sort":[],"limit","offset"},
//             all optional but "entity"
//   mutation  {"entity","operation","data":{}},               {"id","version"}
//             operation is "create", "update" or "delete"
//   event     {"event","data":{}}                             {}
//   shutdown  {}                                              {}
//   describe  {}                                              {"commands":[],"events":{}}
//
// A command is described as {"name","description","args","returns"}, the last two as JSON Schemas.
//
// With RP_OK the response is {"status":"success","data":{}}; with RP_FAILED it is
// {"status":"error","error":"text for people","code":"not_found","details":{}}, where code and
// details may be left out. Standard codes: invalid_json invalid_payload unknown_type
// unknown_command not_initialized not_supported not_found conflict denied cancelled timeout
// unavailable too_large reentrant panic internal.
//
// Before init a module answers only init and describe, everything else with code not_initialized;
// after shutdown nothing comes. It answers a type that it does not know with code unknown_type, and
// ignores a field that it does not know: newer protocols add types and fields, and a host may have
// message types of its own.
//
// A module asks in the same words, through rp_host.send. query and mutation go to the store, or to
// the module that provides the entity; command, with "module" beside "name", goes to that module;
// event is queued for those who subscribe to it, and send returns at once. Each needs a grant of
// whoever runs the host, else the answer has code denied. Long work may send the event "progress"
// with data {"done","total","note"}, which needs no grant.
//
//
// MANIFEST
//
// A JSON object that says what the module is. Tools read it from the file without running code.
//
//   {"name":"hello","version":"1.0.0","protocol":"1.0","description":"Greets.","authors":[],
//    "license":"MIT","needs":[],"provides":[],
//    "requests":{"read":[],"write":[],"emit":[],"subscribe":[],"call":[]}}
//
// name (of a-z, 0-9 and -), version (a semantic one) and protocol are required. provides lists the
// entities that the module answers queries for, where whoever runs the host grants it; requests
// what it will ask for: entities to read and to write, events to emit and to subscribe to, modules
// to call. A host that does not know an entry of needs refuses the module; every key that it does
// not know is kept, shown and ignored.
//
//
// RULES
//
//  1. Replies. Whoever asks owns the reply and its memory; nothing that one side allocates is ever
//     freed by the other. The callee writes at data + len, raises len, asks grow for room, and
//     touches nothing else; len never falls below what it found. grow is never NULL, may move data,
//     checks overflow, leaves the reply as it was on an error, and calls neither host nor module.
//     One thread at a time uses a reply. A module may pass its own reply on to send. The owner
//     keeps a shadow of data, capacity, grow and context and compares it after the call, demands
//     old len <= len <= capacity, and takes nothing from a reply whose status has no response.
//
//  2. Borrowed text. A message and its text end with the call that passed them: copy what is needed
//     later. They never lie inside the reply of the same call. Everything is UTF-8; the host
//     validates what a module sends or answers before another module or a typed caller sees it.
//
//  3. NULL. Message, reply, host and instance are never NULL; a module may still answer NULL with
//     an error rather than crash. A function that may be missing is asked for with RP_HAS before it
//     is called.
//
//  4. Nothing unwinds. No panic, exception or longjmp leaves a function; none calls exit or abort,
//     or forks. Signal handlers, locale, working directory, umask, floating-point mode and stdio
//     stay as they are. The Rust SDK, and RP_MODULE in C++, catch a panic or a throw and return
//     RP_ERR_PANIC. send never returns RP_ERR_PANIC: the panic of another module reaches its asker
//     as an error response, code panic.
//
//  5. Threads. The host runs one call at a time per instance, from whatever thread; with
//     RP_CONCURRENT, handle_message runs on several at once. A call of the host's program waits for
//     its turn, up to its deadline (code timeout). A send that would have to wait for itself,
//     directly or through others, is answered with code reentrant; so is one that comes back to an
//     instance of its own chain, RP_CONCURRENT or not. A thread that works for a message sends with
//     that message's id as cause, valid until its handle_message returns; the host never takes
//     rights from cause. At least 256 KiB of stack is left to a handler, which returns on the
//     thread and the stack that it was called on. Sends nest at most 32 deep.
//
//  6. Life. rp_module_v1, create, init, messages, shutdown, destroy.
//     rp_module_v1 may be called often, on any thread, without effect; table and manifest are
//     constant.
//     create: only write_log, now_us and random work; send answers not_initialized.
//     init runs alone; send works from then on. After a failed init comes destroy, without
//     shutdown.
//     The end: no new calls come, those in flight finish. shutdown runs alone; send still works.
//     From its return on every send gives RP_ERR_CANCELLED, also one that is waiting, and cancelled
//     is non-zero. destroy is called with no lock of the host held, and joins the module's threads.
//     After RP_ERR_PANIC nothing of the instance is called again, not even destroy.
//     No call of the host comes from atexit, nor from static or thread-local destructors.
//
//  7. Cancel. cancelled(id) is a hint, cheap enough for inner loops; an id that is unknown or
//     finished is non-zero; id 0 asks whether the instance is being unloaded. An answer that is
//     given anyway is accepted. Native code is never interrupted.
//
//  8. Memory. RP_ERR_NO_MEMORY leaves the instance usable. An unknown status is a fault of the
//     module, not a panic.
//
//  9. Capabilities, what the operator granted, belong to the instance that sends.
//
// 10. Libraries stay mapped for the life of the process; the table and its functions lie inside the
//     library (a function may be a trampoline of the library's own).
//
// 11. Function, host pointer and reply are passed exactly as given: never a copy of rp_host or
//     rp_reply, never another instance's.
//
//
// TAGS, the last line of a function's comment
//
//   [any-thread]     called on any thread, on several at once
//   [instance]       called on any thread, one call at a time per instance; handle_message of a
//                    module with RP_CONCURRENT: several at once
//   [reply]          called on any thread, one call at a time per reply
//   [alive]          works from the start of create until destroy returns
//   [active]         works from the start of init until shutdown returns; else it refuses, as
//                    rule 6 says
//   [may-block]      may wait for other work
//   [may-call-host]  may itself call the functions of rp_host, as far as they work by then
//
// The lines above the tags say of each pointer who owns it and how long it is valid.
//
//
// WEBASSEMBLY
//
// The same source compiles for wasm32. Such a module imports nothing; its structs have their layout
// for pointers of 32 bits, and its function pointers are indices into the table that it exports.
//
//     clang --target=wasm32-wasi -mexec-model=reactor
//           -Wl,--export-table,--growable-table,--export-dynamic hello.c -o hello.wasm

#ifndef RP_MODULE_H
#define RP_MODULE_H

#include <stddef.h>
#include <stdint.h>

// The calling convention of every function that crosses the border: C's own. It has a name because
// compilers for 32-bit Windows can be told to take another one by default.
#if defined(_WIN32) && (defined(_M_IX86) || defined(__i386__))
#define RP_CALL __cdecl
#else
#define RP_CALL
#endif

// Exports a function or a constant from a library, also one that is built with -fvisibility=hidden.
#if defined(_WIN32) || defined(__CYGWIN__)
#define RP_EXPORT __declspec(dllexport)
#elif defined(__GNUC__)
#define RP_EXPORT __attribute__((visibility("default")))
#else
#define RP_EXPORT
#endif

// memcpy, without string.h where the compiler knows it by itself.
#if defined(__GNUC__) || defined(__clang__)
#define RP_COPY_(to, from, len) ((void)__builtin_memcpy(to, from, len))
#else
#include <string.h>
#define RP_COPY_(to, from, len) ((void)memcpy(to, from, len))
#endif

#if defined(__cplusplus)
extern "C" {
#endif

// Version of this ABI; also the digit in rp_module_v1.
#define RP_ABI_VERSION 1

// Status: the reply holds a response, and its "status" is "success".
#define RP_OK 0

// Status: the reply holds a response, and its "status" is "error".
#define RP_FAILED 1

// Status without a response: memory ran out, or the reply reached its owner's limit.
#define RP_ERR_NO_MEMORY 2

// Status without a response: this module panicked or threw. Its instance is called no more.
#define RP_ERR_PANIC 3

// Status without a response: whoever asked no longer wants the answer.
#define RP_ERR_CANCELLED 4

// Flag of a module: handle_message may run on several threads at once for one instance.
#define RP_CONCURRENT 1

// Log level: something failed, and a person should know.
#define RP_LOG_ERROR 1

// Log level: something is odd, and the work went on.
#define RP_LOG_WARN 2

// Log level: what a person who runs the host likes to read.
#define RP_LOG_INFO 3

// Log level: what helps the module's author.
#define RP_LOG_DEBUG 4

// Log level: every step.
#define RP_LOG_TRACE 5

// Result of an ABI function: RP_OK, RP_FAILED or one of RP_ERR_...
//
// RP_OK and RP_FAILED mean that the reply holds a response; every other value, a negative or
// unknown one too, means that it holds none (RP_HAS_RESPONSE). The integer says the same as the
// response's "status", so nobody need parse a response to learn whether it succeeded.
//
// Why an integer: an enum from C with a value that Rust does not know is undefined behaviour there.
typedef int32_t rp_status;

// Borrowed text: a pointer and a length. Its layout is frozen for ever.
//
// Whoever passes it owns the bytes; they are valid until the call that passed them returns
// (rule 2).
typedef struct rp_str {
  // UTF-8 without a NUL at the end; never NULL, not even when len is 0.
  const char *data;
  // Length in bytes.
  size_t len;
} rp_str;

// One message, in either direction: a type and a payload.
//
// Whoever sends it owns it; it is valid until the call that passed it returns (rule 2).
typedef struct rp_message {
  // sizeof(rp_message) where it was made; nothing past it may be read (RP_HAS).
  uint32_t struct_size;
  // 0. A bit that the receiver does not know is answered with code "not_supported".
  uint32_t flags;
  // Numbers the message within its host; 0 in a message that a module sends.
  uint64_t id;
  // The id of the message in whose service this one is sent, or 0 (rule 5).
  uint64_t cause;
  // "init", "command", ...: see the table of messages above.
  struct rp_str type;
  // One JSON object.
  struct rp_str payload;
} rp_message;

// The place where a response is written.
//
// Whoever asks owns it and its memory; the callee appends to it for as long as the call lasts, with
// rp_reply_write or by hand (rule 1).
typedef struct rp_reply {
  // sizeof(rp_reply) where it was made; nothing past it may be read (RP_HAS).
  uint32_t struct_size;
  // 0.
  uint32_t flags;
  // The owner's; nobody else reads or writes it.
  void *context;
  // The bytes: len of them are written, capacity fit. grow may move it. May be NULL while
  // capacity is 0.
  char *data;
  // Bytes written so far. It need not be 0 when a call begins, and never falls below that.
  size_t len;
  // Bytes that fit.
  size_t capacity;

  // Makes room. Never NULL.
  //
  // reply       the reply that holds this function, as it was passed
  // additional  bytes wanted past len
  // returns     RP_OK: capacity - len >= additional, and data may have moved;
  //             RP_ERR_NO_MEMORY: the reply is as it was; hand this status on
  // [reply]
  rp_status (RP_CALL *grow)(struct rp_reply *reply, size_t additional);
} rp_reply;

// What the host lends one instance: its services, as functions.
//
// The host owns it; it is valid for the life of the process. Keep the pointer and pass it exactly
// as create got it: never a copy of the struct, never another instance's (rule 11). The host sets
// every function below; one that a later host adds at the end is there only if RP_HAS says so.
//
// Why time and randomness come from here: they work in a sandbox too, and a recorded session
// replays exactly.
typedef struct rp_host {
  // sizeof(rp_host) where it was made; nothing past it may be read (RP_HAS).
  uint32_t struct_size;
  // 0.
  uint32_t flags;
  // The host's; nobody else reads or writes it.
  void *context;

  // Sends a message to the host, or through it to another module, and waits for the answer.
  //
  // host     the instance's own, as create got it
  // message  owned by the caller; borrowed until this call returns; id is 0
  // reply    owned by the caller; may be the reply of the message that is being answered
  // returns  RP_OK or RP_FAILED with a response; RP_ERR_NO_MEMORY or RP_ERR_CANCELLED without;
  //          never RP_ERR_PANIC. Before init: an error response, code "not_initialized"
  // [any-thread] [active] [may-block]
  rp_status (RP_CALL *send)(const struct rp_host *host,
                            const struct rp_message *message,
                            struct rp_reply *reply);

  // Writes a line of log, for people.
  //
  // host        the instance's own, as create got it
  // message_id  the message that the line is about, or 0
  // level       RP_LOG_ERROR ... RP_LOG_TRACE
  // text        owned by the caller; borrowed until this call returns; UTF-8 without a NUL;
  //             never NULL
  // len         length of text in bytes
  // [any-thread] [alive]
  void (RP_CALL *write_log)(const struct rp_host *host,
                            uint64_t message_id,
                            int32_t level,
                            const char *text,
                            size_t len);

  // Tells whether the answer to a message is still wanted: a hint, cheap enough for inner loops
  // (rule 7).
  //
  // host        the instance's own, as create got it
  // message_id  the message that is being answered; 0 asks whether the instance is being unloaded
  // returns     0: still wanted; anything else: stop, and return RP_ERR_CANCELLED.
  //             An id that is unknown or finished is not wanted
  // [any-thread] [active]
  int32_t (RP_CALL *cancelled)(const struct rp_host *host, uint64_t message_id);

  // Tells the time.
  //
  // host     the instance's own, as create got it
  // returns  microseconds since 1970-01-01 00:00 UTC
  // [any-thread] [alive]
  int64_t (RP_CALL *now_us)(const struct rp_host *host);

  // Fills memory with random bytes of cryptographic quality.
  //
  // host  the instance's own, as create got it
  // data  owned by the caller; written until this call returns; may be NULL when len is 0
  // len   length of data in bytes
  // [any-thread] [alive]
  void (RP_CALL *random)(const struct rp_host *host, void *data, size_t len);
} rp_host;

// What a module is: its manifest and its functions. RP_MODULE makes one.
//
// The module owns it; it is constant, valid while the library is mapped, and lies inside the
// library (rule 10).
typedef struct rp_module {
  // sizeof(rp_module) where it was made; nothing past it is read.
  uint32_t struct_size;
  // 0 or RP_CONCURRENT. A bit that the host does not know refuses the module.
  uint32_t flags;
  // The manifest, the same text as rp_manifest: JSON with a NUL at the end, at most 64 KiB
  // without it.
  const char *manifest;

  // Makes an instance. Never NULL.
  //
  // host     the instance's own; owned by the host, valid for the life of the process. Of its
  //          functions only write_log, now_us and random work yet
  // returns  the instance, owned by the module; the host only passes it back. NULL: could not
  //          be made
  // [any-thread] [may-block] [may-call-host]
  void *(RP_CALL *create)(const struct rp_host *host);

  // Ends an instance: joins its threads and frees what it holds. Never NULL.
  //
  // instance  what create returned; no call for it runs or follows
  // [instance] [may-block] [may-call-host]
  void (RP_CALL *destroy)(void *instance);

  // Answers one message. Never NULL.
  //
  // instance  what create returned
  // message   owned by the host; borrowed until this call returns
  // reply     owned by the host; the response is appended to it until this call returns, and
  //           counts only when the result has a response
  // returns   RP_OK or RP_FAILED with a response; RP_ERR_NO_MEMORY, RP_ERR_PANIC or
  //           RP_ERR_CANCELLED without
  // [instance] [may-block] [may-call-host]
  rp_status (RP_CALL *handle_message)(void *instance,
                                      const struct rp_message *message,
                                      struct rp_reply *reply);
} rp_module;

#if !defined(RP_NO_ENTRY)
// The entry: the one function that a host looks for in a library. RP_MODULE defines it.
//
// returns  the table; owned by the module, constant, valid while the library is mapped; never
//          NULL, and the same each time. The call has no effect
// [any-thread]
RP_EXPORT const struct rp_module *RP_CALL rp_module_v1(void);
#endif

#if !defined(RP_NO_ENTRY)
// The manifest, as exported data: tools find it in the file without running code. RP_MODULE
// defines it.
RP_EXPORT extern const char rp_manifest[];

#if defined(__wasm32__)
// WebAssembly only: gives the host room inside the module's memory. RP_MODULE defines it with
// malloc.
//
// size     bytes
// returns  memory aligned for every type; owned by the module, the host's to use until it gives it
//          to rp_free. NULL: there is none
// [any-thread]
RP_EXPORT void *RP_CALL rp_alloc(size_t size);

// WebAssembly only: takes back what rp_alloc gave. RP_MODULE defines it with free.
//
// pointer  what rp_alloc returned; gone when this call returns
// size     what rp_alloc was asked for
// [any-thread]
RP_EXPORT void RP_CALL rp_free(void *pointer, size_t size);
#endif
#endif

// RP_NO_ENTRY, when it is defined before this header is included, leaves out the prototypes of what
// a module exports: for Go, Nim and other languages that declare their exports themselves.

// Whether a struct that begins with struct_size has a field, and the field is neither NULL nor 0:
//
//     if (RP_HAS(host, rp_host, cancelled) && host->cancelled(host, message->id)) {
//       return RP_ERR_CANCELLED;
//     }
#define RP_HAS(pointer, type, field) \
  ((pointer)->struct_size >= offsetof(type, field) + sizeof((pointer)->field) && (pointer)->field)

// Whether a status says that the reply holds a response: RP_OK and RP_FAILED, 0 and 1, do.
#define RP_HAS_RESPONSE(status) (((status) & ~1) == 0)

// Appends bytes to a reply.
//
// reply    owned by whoever asked; its memory may move
// text     owned by the caller, not inside the reply; borrowed until this call returns; may be NULL
//          when len is 0
// len      length of text in bytes
// returns  RP_OK: all of it was appended; else what grow returned, and the reply is as it was
// [reply]
static inline rp_status rp_reply_write(rp_reply *reply, const void *text, size_t len) {
  // One compare where there is room: with len 0 the left side wraps to the largest size_t.
  if (len - 1 >= reply->capacity - reply->len) {
    rp_status status;
    if (len == 0) {
      return RP_OK;
    }
    status = reply->grow(reply, len);
    if (status != RP_OK) {
      return status;
    }
  }
  RP_COPY_(reply->data + reply->len, text, len);
  reply->len += len;
  return RP_OK;
}

// Makes a module of three functions: defines rp_module_v1 and rp_manifest, and for WebAssembly
// rp_alloc and rp_free. It stands in one source file of the module, outside every function, with a
// semicolon behind it.
//
// flags           0 or RP_CONCURRENT
// manifest_json   a string literal of at most 64 KiB
// create          void *create(const rp_host *host)
// destroy         void destroy(void *instance)
// handle_message  rp_status handle_message(void *instance, const rp_message *message,
//                                          rp_reply *reply)
//
// In C++, what the functions throw is caught: create then returns NULL, handle_message RP_ERR_PANIC.
//
// Two modules in one program, linked statically: compile one with -Drp_module_v1=a_entry
// -Drp_manifest=a_manifest, the other with names of its own, and hand both entries to the host.
#if defined(__cplusplus)
#define RP_MODULE(flags, manifest_json, create, destroy, handle_message)                   \
  extern "C" {                                                                             \
  static void *RP_CALL rp_create_(const rp_host *host_) noexcept {                         \
    RP_TRY_ { return create(host_); }                                                      \
    RP_CATCH_ { return nullptr; }                                                          \
  }                                                                                        \
  static void RP_CALL rp_destroy_(void *instance_) noexcept {                              \
    RP_TRY_ { destroy(instance_); }                                                        \
    RP_CATCH_ {}                                                                           \
  }                                                                                        \
  static rp_status RP_CALL rp_handle_message_(void *instance_, const rp_message *message_, \
                                              rp_reply *reply_) noexcept {                 \
    RP_TRY_ { return handle_message(instance_, message_, reply_); }                        \
    RP_CATCH_ { return RP_ERR_PANIC; }                                                     \
  }                                                                                        \
  RP_MODULE_(flags, manifest_json, rp_create_, rp_destroy_, rp_handle_message_)            \
  }                                                                                        \
  RP_ASSERT_(manifest, sizeof(rp_module_manifest_) <= 65537, "the manifest is longer than 64 KiB")
#else
#define RP_MODULE(flags, manifest_json, create, destroy, handle_message) \
  RP_MODULE_(flags, manifest_json, create, destroy, handle_message)      \
  RP_ASSERT_(manifest, sizeof(rp_module_manifest_) <= 65537, "the manifest is longer than 64 KiB")
#endif

// What RP_MODULE is made of. The table has a manifest of its own, since an exported one may be
// replaced by the linker: by the host's, if the host exports a manifest too. rp_manifest is
// exported by its prototype; gcc refuses to be told twice in C++.
#define RP_MODULE_(flags, manifest_json, create, destroy, handle_message)           \
  RP_ENTRY_                                                                         \
  static const char rp_module_manifest_[] = manifest_json;                          \
  const char rp_manifest[] = manifest_json;                                         \
  RP_EXPORT const rp_module *RP_CALL rp_module_v1(void) {                           \
    static const rp_module table_ = {sizeof(rp_module), flags, rp_module_manifest_, \
                                     create, destroy, handle_message};              \
    return &table_;                                                                 \
  }                                                                                 \
  RP_MEMORY_

// The prototypes, where RP_NO_ENTRY left them out.
#if defined(RP_NO_ENTRY)
#define RP_ENTRY_                                        \
  RP_EXPORT extern const char rp_manifest[];             \
  RP_EXPORT const rp_module *RP_CALL rp_module_v1(void); \
  RP_MEMORY_ENTRY_
#else
#define RP_ENTRY_
#endif

// rp_alloc and rp_free, prototypes and functions; the builtins need no stdlib.h.
#if defined(__wasm32__)
#define RP_MEMORY_ENTRY_                         \
  RP_EXPORT void *RP_CALL rp_alloc(size_t size); \
  RP_EXPORT void RP_CALL rp_free(void *pointer, size_t size);
#define RP_MEMORY_                                             \
  RP_EXPORT void *RP_CALL rp_alloc(size_t size) {              \
    return __builtin_malloc(size);                             \
  }                                                            \
  RP_EXPORT void RP_CALL rp_free(void *pointer, size_t size) { \
    (void)size;                                                \
    __builtin_free(pointer);                                   \
  }
#else
#define RP_MEMORY_ENTRY_
#define RP_MEMORY_
#endif

// try and catch, also where exceptions are switched off.
#if defined(__cpp_exceptions) || defined(_CPPUNWIND)
#define RP_TRY_ try
#define RP_CATCH_ catch (...)
#elif defined(__cplusplus)
#define RP_TRY_ if (true)
#define RP_CATCH_ else
#endif

// An assert of the compiler. In C99, which has none, an array of -1 elements fails.
#if defined(__cplusplus)
#define RP_ASSERT_(name, condition, text) static_assert(condition, text)
#define RP_ALIGNOF_(type) alignof(type)
#elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
#define RP_ASSERT_(name, condition, text) _Static_assert(condition, text)
#define RP_ALIGNOF_(type) _Alignof(type)
#else
#define RP_ASSERT_(name, condition, text) typedef char rp_assert_##name##_[(condition) ? 1 : -1]
#if defined(__GNUC__)
#define RP_ALIGNOF_(type) __alignof__(type)
#else
#define RP_ALIGNOF_(type) offsetof(struct { char first; type second; }, second)
#endif
#endif

// The size of a field.
#if defined(__cplusplus)
#define RP_SIZEOF_(type, field) sizeof(type::field)
#else
#define RP_SIZEOF_(type, field) sizeof(((type *)0)->field)
#endif

// Layout: every struct lies in memory as its Rust source says. Each line names the value where
// pointers have 64 bits and the one where they have 32; the last number of RP_ALIGN_ also fits the
// latter, since a uint64_t is aligned to 4 bytes on i686 Linux and to 8 on others. No offset
// depends on that, and no struct has padding at its end, which a newer host could take for a field.
#define RP_BY_WIDTH_(on64, on32) (sizeof(void *) == 8 ? on64 : on32)
#define RP_SIZE_(type, last, on64, on32)                       \
  RP_ASSERT_(type, sizeof(type) == RP_BY_WIDTH_(on64, on32) && \
    offsetof(type, last) + RP_SIZEOF_(type, last) == sizeof(type), "size of " #type)
#define RP_ALIGN_(type, on64, on32, also32)                                 \
  RP_ASSERT_(type##_align, RP_ALIGNOF_(type) == RP_BY_WIDTH_(on64, on32) || \
    RP_ALIGNOF_(type) == RP_BY_WIDTH_(on64, also32), "alignment of " #type)
#define RP_OFFSET_(type, field, on64, on32)                                     \
  RP_ASSERT_(type##_##field, offsetof(type, field) == RP_BY_WIDTH_(on64, on32), \
             "offset of " #type "." #field)

RP_SIZE_(rp_str, len, 16, 8);
RP_ALIGN_(rp_str, 8, 4, 4);
RP_OFFSET_(rp_str, data, 0, 0);
RP_OFFSET_(rp_str, len, 8, 4);

RP_SIZE_(rp_message, payload, 56, 40);
RP_ALIGN_(rp_message, 8, 4, 8);
RP_OFFSET_(rp_message, struct_size, 0, 0);
RP_OFFSET_(rp_message, flags, 4, 4);
RP_OFFSET_(rp_message, id, 8, 8);
RP_OFFSET_(rp_message, cause, 16, 16);
RP_OFFSET_(rp_message, type, 24, 24);
RP_OFFSET_(rp_message, payload, 40, 32);

RP_SIZE_(rp_reply, grow, 48, 28);
RP_ALIGN_(rp_reply, 8, 4, 4);
RP_OFFSET_(rp_reply, struct_size, 0, 0);
RP_OFFSET_(rp_reply, flags, 4, 4);
RP_OFFSET_(rp_reply, context, 8, 8);
RP_OFFSET_(rp_reply, data, 16, 12);
RP_OFFSET_(rp_reply, len, 24, 16);
RP_OFFSET_(rp_reply, capacity, 32, 20);
RP_OFFSET_(rp_reply, grow, 40, 24);

RP_SIZE_(rp_host, random, 56, 32);
RP_ALIGN_(rp_host, 8, 4, 4);
RP_OFFSET_(rp_host, struct_size, 0, 0);
RP_OFFSET_(rp_host, flags, 4, 4);
RP_OFFSET_(rp_host, context, 8, 8);
RP_OFFSET_(rp_host, send, 16, 12);
RP_OFFSET_(rp_host, write_log, 24, 16);
RP_OFFSET_(rp_host, cancelled, 32, 20);
RP_OFFSET_(rp_host, now_us, 40, 24);
RP_OFFSET_(rp_host, random, 48, 28);

RP_SIZE_(rp_module, handle_message, 40, 24);
RP_ALIGN_(rp_module, 8, 4, 4);
RP_OFFSET_(rp_module, struct_size, 0, 0);
RP_OFFSET_(rp_module, flags, 4, 4);
RP_OFFSET_(rp_module, manifest, 8, 8);
RP_OFFSET_(rp_module, create, 16, 12);
RP_OFFSET_(rp_module, destroy, 24, 16);
RP_OFFSET_(rp_module, handle_message, 32, 20);

#if defined(__cplusplus)
}  // extern "C"
#endif

#endif  // RP_MODULE_H
