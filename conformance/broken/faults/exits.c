// It ends the process over an event that it does not understand.
// trips: faults/no-exit, faults/no-fork, faults/random-session
// native: in a sandbox exit is an import, which is refused
#define ON_EVENT \
    if (rp_json_is(rp_json_get(payload, "event"), RP_JSON_ARRAY)) exit(0)
#include "../good.h"
