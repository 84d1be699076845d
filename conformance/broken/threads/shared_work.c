// Its instances work with the same memory.
// trips: threads/many-instances
static volatile int busy;
#define ON_COMMAND    \
    if (busy++ > 0) { \
        busy--;       \
        return 77;    \
    }                 \
    usleep(2000);     \
    busy--
#include "../good.h"
