// It looks at the payload of the message before.
// trips: messages/borrowed
static const char *before;
#define BEFORE_OPEN                                           \
    if (before != NULL) (void)*(volatile const char *)before; \
    before = message->payload.len - 1 < 999 ? message->payload.data : NULL
#include "../good.h"
