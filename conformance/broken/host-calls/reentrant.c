// It panics when it would wait for itself.
// trips: host-calls/reentrant
#define AFTER_ASK                                                               \
    if (asked == RP_FAILED && good_has(rp_reply_text(&own), "\"reentrant\"")) { \
        rp_reply_destroy(&own);                                                 \
        return RP_ERR_PANIC;                                                    \
    }
#include "../good.h"
