// It takes 400 KiB of stack.
// trips: threads/small-stack
#define ON_EVENT                    \
    volatile char large[400 << 10]; \
    memset((char *)large, 1, sizeof large)
#include "../good.h"
