// It makes no instance.
// trips: life/create, life/real-host
#define ON_CREATE     \
    free(self->kept); \
    free(self);       \
    return NULL
#include "../good.h"
