// rp_plain.h: the plain profile, for languages and programs that can only export C functions.
//
// A plain module is a shared library that exports the four functions below, and a fifth if it has a
// manifest. Use rp_module.h wherever you can: it is faster, gives the module the host's services,
// and allocates nothing per answer.
//
// RULES
//
//  1. Text is UTF-8 and ends with a NUL. Every payload and every response is one JSON object; the
//     messages and the manifest are those of rp_module.h. The host refuses a message that contains
//     a NUL byte; the module never sees it.
//  2. Text that the host passes is borrowed: it is valid only until the call returns. Text that the
//     module returns belongs to the module: the host copies it, then passes it to free_string and
//     to nothing else.
//  3. The host makes one call at a time per module object, on any thread; different objects may be
//     called at once.
//  4. Nothing unwinds. Let no panic, exception or longjmp leave a function. Never call exit or
//     abort, and never fork.
//  5. A module need not know any type but init, command, query, mutation and event: an error in
//     answer to describe or shutdown is no fault. A module cannot send messages itself.
//  6. The host keeps the library mapped for the life of the process.
//
// The host refuses a library that has create_module and handle_message but lacks free_string or
// destroy_module. These names are too general for a program that links other libraries, so
// rp_module.h does not include this header.

#ifndef RP_PLAIN_H
#define RP_PLAIN_H

// Exports a function from a library, even one built with -fvisibility=hidden.
#if defined(_WIN32) || defined(__CYGWIN__)
#define RP_PLAIN_EXPORT __declspec(dllexport)
#elif defined(__GNUC__)
#define RP_PLAIN_EXPORT __attribute__((visibility("default")))
#else
#define RP_PLAIN_EXPORT
#endif

// The calling convention: that of C, whatever a compiler for 32-bit Windows was told to use by default.
#if defined(_WIN32) && (defined(_M_IX86) || defined(__i386__))
#define RP_PLAIN_CALL __cdecl
#else
#define RP_PLAIN_CALL
#endif

#if defined(__cplusplus)
extern "C" {
#endif

// Makes a module object.
//
// returns  the object, owned by the module; the host only passes it back. NULL: it could not be made
RP_PLAIN_EXPORT void *RP_PLAIN_CALL create_module(void);

// Answers one message.
//
// module        what create_module returned
// message_type  "init", "command", ...; owned by the host, borrowed until this call returns
// payload       one JSON object; owned by the host, borrowed until this call returns
// returns       one JSON object, {"status":"success","data":{}} or {"status":"error","error":"..."};
//               owned by the module, valid until free_string gets it. NULL: an error without a
//               response
RP_PLAIN_EXPORT char *RP_PLAIN_CALL handle_message(void *module,
                                                   const char *message_type,
                                                   const char *payload);

// Frees what handle_message or get_module_metadata returned.
//
// string  gone when this call returns; NULL does nothing
RP_PLAIN_EXPORT void RP_PLAIN_CALL free_string(char *string);

// Ends a module object.
//
// module  what create_module returned; gone when this call returns
RP_PLAIN_EXPORT void RP_PLAIN_CALL destroy_module(void *module);

// Optional. Returns the manifest, which says what the module is.
//
// returns  the manifest, at most 64 KiB; owned by the module, valid until free_string gets it.
//          NULL: there is none
RP_PLAIN_EXPORT char *RP_PLAIN_CALL get_module_metadata(void);

#if defined(__cplusplus)
}  // extern "C"
#endif

#endif  // RP_PLAIN_H
