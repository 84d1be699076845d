// rp_sdk.h: what a module in C wants beside rp_module.h. Headers only: copy rp_module.h, this file and the folder rp_sdk/, and
// you have it all.
//
// A whole module:
//
//     #include "rp_sdk.h"
//     typedef struct { rp_str name; } person;
//     RP_RECORD(person_record, person, "Somebody.", RP_STR(person, name, "How they are called."));
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
//         RP_COMMAND("greet", "Greets somebody.", greet, &person_record, &person_record),
//         RP_COMMAND("count", "Tells how many were greeted.", count, NULL, &greeter_record),
//     };
//     RP_TABLE_MODULE(RP_MANIFEST("greeter", "0.1.0", "Greets.", ""), RP_STATE(greeter), RP_COMMANDS(commands));
//
// It reads its arguments and says what is wrong with them (`name: expected a string`), answers `describe` with JSON
// Schemas, and does what the protocol asks of every module.
//
// Contents, each part in a header of its own
//   rp_sdk/text.h        rp_str from C strings, comparison
//   rp_sdk/json_check.h  JSON taken in, and checked
//   rp_sdk/json.h        rp_json: a value of a JSON text, found, walked and read in place
//   rp_sdk/number.h      numbers with a fraction, read and printed exactly
//   rp_sdk/writer.h      rp_writer: JSON into a reply, valid by construction
//   rp_sdk/answer.h      a message opened, its answer written: success, error, the standard codes
//   rp_sdk/reply.h       replies of one's own; responses taken apart
//   rp_sdk/host.h        messages to the host, log, time, randomness
// and, with malloc,
//   rp_sdk/memory.h        memory given back all at once; texts and lists in it
//   rp_sdk/record.h        RP_RECORD: a struct described by a table; refusals that name the place
//   rp_sdk/record_read.h   JSON into such a struct
//   rp_sdk/record_write.h  such a struct as JSON, its table as JSON Schema
//   rp_sdk/request.h       queries, mutations, events and commands to others; ids and times
//   rp_sdk/steps.h         long work that can be cancelled and tells how far it is
//   rp_sdk/query.h         queries and mutations, as a module gets them
//   rp_sdk/tables.h        the tables of a module; rp_sdk/mistakes.h: what is wrong with them
//   rp_sdk/module.h        RP_TABLE_MODULE: a module made of tables
//   rp_sdk/entity.h, value.h, filter.h, collection.h  entities that a module keeps itself
//
// Rules for all of it
//   Needs C99 or C++11, <string.h>, <float.h>, and <stdlib.h> for malloc, realloc, calloc and free; no stdio, no locale. It
//   imports nothing under WebAssembly. RP_SDK_NO_MALLOC, defined before the #include, leaves out what needs <stdlib.h>;
//   RP_SDK_STDIO adds rp_host_logf, which needs <stdio.h>.
//   Nothing here has state: every function is [any-thread], as far as what it is given is.
//   Pointers are never NULL, unless it says so. What is returned points into what was passed, and lives as long.
//   Outputs (out_...) are written on success only; but an rp_json is nothing then. Names with rp_sdk_ and RP_SDK_ are
//   private.

#ifndef RP_SDK_H
#define RP_SDK_H

#include "rp_sdk/answer.h"
#include "rp_sdk/host.h"
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
