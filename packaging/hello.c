// What every package is proven with: a module that is built with the headers of the package alone.
#include "rp_sdk.h"

static rp_status echo(rp_call *call) {
    return rp_answer_json(call->reply, call->json);
}

static const rp_command commands[] = {RP_COMMAND("echo", "Gives its arguments back.", echo, NULL, NULL)};

RP_TABLE_MODULE(RP_MANIFEST("hello", "0.1.0", "Says hello."), RP_COMMANDS(commands));
