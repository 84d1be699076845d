// It cannot be destroyed without an init.
// trips: life/create, life/create-asks-nothing, life/failed-init, life/destroy-at-once, life/ten-thousand, life/many-at-once, faults/null-host
#define ON_INIT self->spare = 1
#define ON_DESTROY \
    if (self->spare == 0) abort()
#include "../good.h"
