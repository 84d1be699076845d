// It leaks a part of each instance.
// trips: life/frees-all, life/ten-thousand, faults/malloc-in-create
// native: what it leaks ends with its sandbox
#define ON_DESTROY self->kept = NULL
#include "../good.h"
