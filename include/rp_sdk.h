// rp_sdk.h: reads and writes JSON for a module in C, and makes a module from tables. Header-only: copy rp_module.h, this
// file and the folder rp_sdk/.
//
// A whole module:
//
//     #include "rp_sdk.h"
//     typedef struct { rp_str name; } person;
//     RP_RECORD(person_record, person, "A person.", RP_STR(person, name, "The name."));
//     typedef struct { uint64_t greeted; } greeter;
//     RP_RECORD(greeter_record, greeter, "How many were greeted.", RP_UINT(greeter, greeted, NULL));
//     static rp_status greet(rp_call *call) {
//         ((greeter *)call->self)->greeted++;
//         return rp_answer_record(call->reply, &person_record, call->args);
//     }
//     static rp_status count(rp_call *call) {
//         return rp_answer_record(call->reply, &greeter_record, call->self);
//     }
//     static const rp_command commands[] = {
//         RP_COMMAND("greet", "Greets a person.", greet, &person_record, &person_record),
//         RP_COMMAND("count", "Returns how many were greeted.", count, NULL, &greeter_record),
//     };
//     RP_TABLE_MODULE(RP_MANIFEST("greeter", "0.1.0", "Greets."), RP_STATE(greeter), RP_COMMANDS(commands));
//
// It checks its arguments and reports what is wrong with them (`name: expected a string`), answers `describe` with JSON
// Schemas, and does the rest of what the protocol asks of every module.
//
// Contents, each part in a header of its own
//   rp_sdk/text.h        makes rp_str from C strings, and compares them
//   rp_sdk/json_check.h  checks a JSON text once, when it comes in
//   rp_sdk/json.h        rp_json: finds, walks and reads the values of a JSON text in place
//   rp_sdk/number.h      reads and prints doubles exactly
//   rp_sdk/writer.h      rp_writer: writes JSON into a reply, valid by construction
//   rp_sdk/answer.h      opens a message and writes its answer: success, error, the standard codes
//   rp_sdk/reply.h       replies of your own, and the responses that come back in them
//   rp_sdk/host.h        messages to the host, log, time, randomness
//   rp_sdk/manifest.h    RP_MANIFEST: the manifest without JSON by hand
// and, with malloc,
//   rp_sdk/memory.h        memory that is freed all at once, and texts and lists in it
//   rp_sdk/record.h        RP_RECORD: describes a struct by a table; errors name the place
//   rp_sdk/record_read.h   reads JSON into such a struct
//   rp_sdk/record_write.h  writes such a struct as JSON, and its table as JSON Schema
//   rp_sdk/request.h       sends queries, mutations, events and commands; makes ids and times
//   rp_sdk/steps.h         long work that can be cancelled and reports its progress
//   rp_sdk/query.h         the queries and mutations that a module receives
//   rp_sdk/tables.h        the tables of a module; rp_sdk/mistakes.h refuses tables that are wrong
//   rp_sdk/module.h        RP_TABLE_MODULE: makes a module from tables
//   rp_sdk/entity.h, value.h, filter.h, collection.h  entities that a module keeps itself
//
// Rules for all of it
//   It needs C99 or C++11, <string.h>, <float.h>, and <stdlib.h> for malloc, realloc, calloc and free; no stdio, no locale.
//   Under WebAssembly it imports nothing. Define RP_SDK_NO_MALLOC before the #include to leave out what needs <stdlib.h>;
//   define RP_SDK_STDIO to add rp_host_logf, which needs <stdio.h>.
//   No function keeps state: each is [any-thread] as far as its arguments are.
//   Never pass NULL unless a function says that you may. What a function returns points into what you passed, and is valid
//   for as long as that is.
//   Outputs (out_...) are written only on success, except that an rp_json becomes nothing on failure. Names that begin
//   with rp_sdk_ or RP_SDK_ are private.

#ifndef RP_SDK_H
#define RP_SDK_H

#include "rp_sdk/answer.h"
#include "rp_sdk/host.h"
#include "rp_sdk/manifest.h"
#include "rp_sdk/reply.h"

#ifndef RP_SDK_NO_MALLOC
#include "rp_sdk/collection.h"
#include "rp_sdk/memory.h"
#include "rp_sdk/module.h"
#include "rp_sdk/record.h"
#include "rp_sdk/record_read.h"
#include "rp_sdk/record_write.h"
#include "rp_sdk/steps.h"
#endif

#endif
