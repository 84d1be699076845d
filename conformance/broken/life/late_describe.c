// It describes itself only after init.
// trips: life/describe-before-init
#define ON_DESCRIBE \
    if (!self->is_initialized) return rp_answer_error(reply, RP_CODE_NOT_INITIALIZED, "too early")
#include "../good.h"
