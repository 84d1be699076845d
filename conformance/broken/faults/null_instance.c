// It reads a NULL instance.
// trips: faults/null-instance
#define ON_MESSAGE *(volatile long *)&self->spare = 0
#include "../good.h"
