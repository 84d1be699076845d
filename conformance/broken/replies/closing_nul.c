// It puts a NUL behind its answer, where there may be no room.
// trips: replies/within
#define AFTER_MESSAGE \
    if (reply != NULL && reply->capacity > 0 && reply->len == reply->capacity) reply->data[reply->len] = 0
#include "../good.h"
