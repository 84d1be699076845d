// After an init that failed it cannot be destroyed.
// trips: life/failed-init
#define ON_INIT \
    if (!self->is_initialized && !rp_json_is(config, RP_JSON_OBJECT)) self->spare = 1
#define ON_DESTROY \
    if (self->spare != 0) abort()
#include "../good.h"
