// It cuts the capacity down to what it used.
// trips: replies/fields, life/real-host, faults/random-session
// sandboxed: life/init, life/real-host
#define AFTER_MESSAGE \
    if (reply != NULL) reply->capacity = reply->len
#include "../good.h"
