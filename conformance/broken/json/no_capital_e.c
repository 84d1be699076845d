// It does not know numbers with a capital E.
// trips: json/valid
#define ON_OPEN \
    if (good_has(message->payload, "1E3")) return rp_answer_error(reply, RP_CODE_INVALID_JSON, "not JSON")
#include "../good.h"
