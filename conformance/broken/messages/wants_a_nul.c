// It reads the payload up to a NUL.
// trips: messages/no-nul
#define BEFORE_OPEN \
    if (strlen(message->payload.data) > 1u << 30) return RP_ERR_NO_MEMORY
#include "../good.h"
