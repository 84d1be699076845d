// It is tired after 400 messages.
// trips: faults/after-errors
#define BEFORE_OPEN \
    if (++self->spare > 400) return rp_answer_error(reply, RP_CODE_UNAVAILABLE, "enough")
#include "../good.h"
