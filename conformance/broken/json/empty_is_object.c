// It takes no bytes for an empty object.
// trips: json/empty
#define BEFORE_OPEN \
    if (message->payload.len == 0) return rp_answer_empty(reply)
#include "../good.h"
