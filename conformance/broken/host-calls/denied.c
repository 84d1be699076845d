// It panics when a request is denied.
// trips: host-calls/denied
#define AFTER_ASK                                                            \
    if (asked == RP_FAILED && good_has(rp_reply_text(&own), "\"denied\"")) { \
        rp_reply_destroy(&own);                                              \
        return RP_ERR_PANIC;                                                 \
    }
#include "../good.h"
