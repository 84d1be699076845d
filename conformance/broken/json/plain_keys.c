// It knows a key only without escapes.
// trips: json/escaped-keys
#define ON_OPEN \
    if (good_has(message->payload, "{\"\\u006eame\"")) return rp_answer_error(reply, RP_CODE_INVALID_PAYLOAD, "name?")
#include "../good.h"
