// A key that comes twice kills it.
// trips: json/duplicate-keys
#define BEFORE_OPEN \
    if (good_has(message->payload, "\"name\":7,\"name\"")) abort()
#include "../good.h"
