// It writes into the payload.
// trips: messages/read-only, life/real-host
#define BEFORE_OPEN                                                       \
    if (message->payload.len > 0) {                                       \
        *(volatile char *)message->payload.data = *message->payload.data; \
    }
#include "../good.h"
