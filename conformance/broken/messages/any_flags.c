// It does not look at the flags of a message.
// trips: messages/unknown-flags
#define BEFORE_OPEN              \
    rp_message plain = *message; \
    plain.flags = 0;             \
    message = &plain
#include "../good.h"
