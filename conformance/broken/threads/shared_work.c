// Its instances work with the same memory.
// trips: threads/many-instances
// native: its fault needs two calls at once
static volatile int busy;
#define ON_COMMAND    \
    if (busy++ > 0) { \
        busy--;       \
        return 77;    \
    }                 \
    usleep(2000);     \
    busy--
#include "../good.h"
