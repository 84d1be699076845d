// A second init undoes the first.
// trips: life/second-init
#define ON_INIT                                                               \
    if (self->is_initialized) {                                               \
        self->is_initialized = false;                                         \
        return rp_answer_error(reply, RP_CODE_CONFLICT, "once more, please"); \
    }
#include "../good.h"
