// It panics before 1970.
// trips: host-calls/clock
#define AFTER_ASK               \
    if (now < 0) {              \
        rp_reply_destroy(&own); \
        return RP_ERR_PANIC;    \
    }
#include "../good.h"
