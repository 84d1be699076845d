// It has no answer to a large event.
// trips: json/large
#define ON_EVENT \
    if (message->payload.len > 1 << 16) return 77
#include "../good.h"
