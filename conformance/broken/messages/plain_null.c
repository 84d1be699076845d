// A plain module that answers a mutation with NULL.
// trips: messages/not-null, messages/mutation, json/not-object, life/before-init, faults/random-session
#define PLAIN
#define ON_PLAIN \
    if (message_type != NULL && strcmp(message_type, "mutation") == 0) return NULL
#include "../good.h"
