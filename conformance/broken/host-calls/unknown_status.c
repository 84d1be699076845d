// It panics over a status that it does not know.
// trips: host-calls/unknown-status
#define AFTER_ASK                                \
    if (asked < 0 || asked > RP_ERR_CANCELLED) { \
        rp_reply_destroy(&own);                  \
        return RP_ERR_PANIC;                     \
    }
#include "../good.h"
