// It writes into the payload.
// trips: messages/read-only, life/real-host
// native: in a sandbox it writes to a copy of its own
#define BEFORE_OPEN                                                       \
    if (message->payload.len > 0) {                                       \
        *(volatile char *)message->payload.data = *message->payload.data; \
    }
#include "../good.h"
