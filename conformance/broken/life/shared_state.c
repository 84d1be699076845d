// Its instances on a thread share whether they are initialized.
// trips: life/share-nothing, threads/handed-over
// native: in a sandbox each instance has statics of its own
static __thread _Bool shared;
#define ON_OPEN \
    if (!rp_str_eq(message->type, "init")) self->is_initialized = shared
#define ON_INIT shared = true
#define ON_SHUTDOWN shared = false
#include "../good.h"
