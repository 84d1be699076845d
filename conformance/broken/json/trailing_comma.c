// It lets a trailing comma through.
// trips: json/invalid
#define BEFORE_OPEN                                                                                           \
    if (message->payload.len > 1 && memcmp(message->payload.data + message->payload.len - 2, ",}", 2) == 0) { \
        return rp_answer_empty(reply);                                                                        \
    }
#include "../good.h"
