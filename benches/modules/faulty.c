// Ends its process or never ends, as isolated modules may.
#include <signal.h>

#include "rp_sdk.h"

static volatile int always = 1;
static volatile int *volatile nowhere;

static rp_status ping(rp_call *call)
{
    return rp_answer_json(call->reply, call->json);
}

static rp_status crash(rp_call *call)
{
    *nowhere = 1;
    return ping(call);
}

static rp_status end(rp_call *call)
{
    raise(SIGKILL);
    return ping(call);
}

static rp_status loop(rp_call *call)
{
    while (always) {
    }
    return ping(call);
}

static const rp_command commands[] = {
    RP_COMMAND("ping", "Gives its arguments back.", ping, NULL, NULL),
    RP_COMMAND("crash", "Writes to memory that is not there.", crash, NULL, NULL),
    RP_COMMAND("end", "Ends its process with a signal that nobody handles.", end, NULL, NULL),
    RP_COMMAND("loop", "Does not return.", loop, NULL, NULL),
};

RP_TABLE_MODULE(RP_MANIFEST("faulty", "1.0.0", "Fails."), RP_COMMANDS(commands));
