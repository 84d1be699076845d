// A plain module that answers shutdown with NULL.
// trips: life/plain-shutdown, life/real-host
#define PLAIN
#define ON_PLAIN \
    if (message_type != NULL && strcmp(message_type, "shutdown") == 0) return NULL
#include "../good.h"
