// @name@, a module for rp. The command `greet` is an example: put your own in its place.
#include "rp_sdk.h"

// One instance of the module, and what it keeps; it begins with zeros.
typedef struct {
    uint64_t greeted;
} @stem@_state;

typedef struct {
    rp_str name;
} greet_args;
RP_RECORD(greet_args_record, greet_args, "Whom to greet.", RP_STR(greet_args, name, "How they are called."));

typedef struct {
    rp_str hello;
    uint64_t greeted;
} greeting;
RP_RECORD(greeting_record, greeting, "A greeting.",
          RP_STR(greeting, hello, "Who was greeted."),
          RP_UINT(greeting, greeted, "How many were greeted so far."));

static rp_status greet(rp_call *call)
{
    @stem@_state *self = call->self;
    const greet_args *args = call->args;
    greeting answer = {args->name, ++self->greeted};
    return rp_answer_record(call->reply, &greeting_record, &answer);
}

static const rp_command commands[] = {
    RP_COMMAND("greet", "Greets somebody.", greet, &greet_args_record, &greeting_record),
};

RP_TABLE_MODULE(RP_MANIFEST("@name@", "0.1.0", "@description@", RP_LICENSE("MIT")),
                RP_STATE(@stem@_state), RP_COMMANDS(commands));
