// A plain module that reads a NULL type.
// trips: faults/plain-null
#define PLAIN
#define ON_PLAIN \
    if (*(volatile const char *)message_type == 1) return NULL
#include "../good.h"
