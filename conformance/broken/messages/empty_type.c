// It takes an empty type for the end of the world.
// trips: messages/odd-types
#define ON_UNKNOWN_TYPE \
    if (message->type.len == 0) return 77
#include "../good.h"
