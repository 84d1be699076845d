// It takes 400 KiB of stack.
// trips: threads/small-stack
// native: in a sandbox the frame lies in its own memory
#define ON_EVENT                    \
    volatile char large[400 << 10]; \
    memset((char *)large, 1, sizeof large)
#include "../good.h"
