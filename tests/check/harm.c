// A module whose command `do` ends the process, copies it or keeps it, as HARM says: what a host must notice.
#include "rp_sdk.h"
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static rp_status harm(rp_call *call)
{
    HARM;
    return rp_answer_json(call->reply, call->json);
}

static const rp_command commands[] = {RP_COMMAND("do", "Does harm.", harm, NULL, NULL)};
RP_TABLE_MODULE(RP_MANIFEST("harm", "0.1.0", "Does harm.", ""), RP_COMMANDS(commands));
