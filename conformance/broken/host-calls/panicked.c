// It panics when another module did.
// trips: host-calls/panicked
#define AFTER_ASK                                                           \
    if (asked == RP_FAILED && good_has(rp_reply_text(&own), "\"panic\"")) { \
        rp_reply_destroy(&own);                                             \
        return RP_ERR_PANIC;                                                \
    }
#include "../good.h"
