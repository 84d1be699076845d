// It writes from the start of the reply.
// trips: replies/appends
#define ON_MESSAGE \
    if (reply != NULL) reply->len = 0
#include "../good.h"
