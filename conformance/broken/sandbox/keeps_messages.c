// It keeps a copy of each message.
// trips: sandbox/memory-stays
static char *volatile last;
#define ON_OPEN last = good_copy(message->payload)
#include "../good.h"
