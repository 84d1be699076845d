// It takes a string for invalid JSON.
// trips: json/not-object
#define BEFORE_OPEN                                                      \
    if (message->payload.len > 2 && message->payload.data[0] == 34 &&    \
        message->payload.data[message->payload.len - 1] == 34) {         \
        return rp_answer_error(reply, RP_CODE_INVALID_JSON, "not JSON"); \
    }
#include "../good.h"
