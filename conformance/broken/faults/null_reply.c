// It writes to a NULL reply.
// trips: faults/null-reply
#define ON_MESSAGE *(volatile uint32_t *)&reply->flags = 0
#include "../good.h"
