// It makes 500 instances and no more.
// trips: life/many-at-once
// native: in a sandbox each instance has statics of its own
static int alive;
#define ON_CREATE         \
    if (++alive > 500) {  \
        alive--;          \
        free(self->kept); \
        free(self);       \
        return NULL;      \
    }
#define AFTER_DESTROY alive--
#include "../good.h"
