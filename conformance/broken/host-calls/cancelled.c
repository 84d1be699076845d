// It panics when its message is cancelled.
// trips: host-calls/cancelled
#define ON_ASK \
    if (rp_host_is_cancelled(HOST, message->id)) return RP_ERR_PANIC
#include "../good.h"
