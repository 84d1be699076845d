// rp_plain.h: the plain profile, for languages and programs that can do no more than export C
// functions.
//
// A plain module is a shared library that exports the four functions below, and a fifth if it has a
// manifest. Everything else should use rp_module.h: it is faster, knows the host, and needs no
// memory of its own per answer.
//
// RULES
//
//  1. Text is UTF-8 with a NUL at its end. A payload and a response is one JSON object each; the
//     messages and the manifest are those of rp_module.h. A message with a NUL byte inside is
//     refused before it gets here.
//  2. What the host passes is borrowed: it ends with the call. What the module returns is the
//     module's: the host copies it and gives it back to free_string, and to nothing else.
//  3. The host runs one call at a time per module object, from whatever thread; different objects
//     may run at once.
//  4. Nothing unwinds: no panic, exception or longjmp leaves a function; none calls exit or abort,
//     or forks.
//  5. The module may know only init, command, query, mutation and event: an error in answer to
//     describe or shutdown is no fault. It cannot send messages itself.
//  6. The library stays mapped for the life of the process.
//
// A library that has create_module and handle_message, but lacks free_string or destroy_module, is
// refused. The names are too general for a program that links others: rp_module.h does not include
// this header.

#ifndef RP_PLAIN_H
#define RP_PLAIN_H

// Exports a function from a library, also one that is built with -fvisibility=hidden.
#if defined(_WIN32) || defined(__CYGWIN__)
#define RP_PLAIN_EXPORT __declspec(dllexport)
#elif defined(__GNUC__)
#define RP_PLAIN_EXPORT __attribute__((visibility("default")))
#else
#define RP_PLAIN_EXPORT
#endif

#if defined(__cplusplus)
extern "C" {
#endif

// Makes a module object.
//
// returns  the object, owned by the module; the host only passes it back. NULL: could not be made
RP_PLAIN_EXPORT void *create_module(void);

// Answers one message.
//
// module        what create_module returned
// message_type  "init", "command", ...; owned by the host, borrowed until this call returns
// payload       one JSON object; owned by the host, borrowed until this call returns
// returns       one JSON object, {"status":"success","data":{}} or {"status":"error","error":"..."};
//               owned by the module, valid until free_string gets it. NULL: an error without a
//               response
RP_PLAIN_EXPORT char *handle_message(void *module, const char *message_type, const char *payload);

// Frees what handle_message or get_module_metadata returned.
//
// string  gone when this call returns; NULL does nothing
RP_PLAIN_EXPORT void free_string(char *string);

// Ends a module object.
//
// module  what create_module returned; gone when this call returns
RP_PLAIN_EXPORT void destroy_module(void *module);

// Optional. Tells what the module is.
//
// returns  the manifest, at most 64 KiB; owned by the module, valid until free_string gets it.
//          NULL: there is none
RP_PLAIN_EXPORT char *get_module_metadata(void);

#if defined(__cplusplus)
}  // extern "C"
#endif

#endif  // RP_PLAIN_H
