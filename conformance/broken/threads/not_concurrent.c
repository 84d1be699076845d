// It says that it is concurrent, and is not.
// trips: threads/concurrent
// native: its fault needs two calls at once
#define FLAGS RP_CONCURRENT
#define ON_COMMAND           \
    if (self->spare++ > 0) { \
        self->spare--;       \
        return 77;           \
    }                        \
    usleep(500);             \
    self->spare--
#include "../good.h"
