// It panics when a request runs out of memory.
// trips: host-calls/no-memory, faults/malloc-in-message
#define AFTER_ASK                    \
    if (asked == RP_ERR_NO_MEMORY) { \
        rp_reply_destroy(&own);      \
        return RP_ERR_PANIC;         \
    }
#include "../good.h"
