// A plain module whose free_string does not bear NULL.
// trips: replies/plain-null
#define PLAIN
#define PLAIN_FREE(string)       \
    if (string == NULL) abort(); \
    free(string)
#include "../good.h"
