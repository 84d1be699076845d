// It takes events before init.
// trips: life/before-init
#define ON_OPEN \
    if (rp_str_eq(message->type, "event")) return rp_answer_empty(reply)
#include "../good.h"
