// It does not look whether malloc worked.
// trips: faults/malloc-in-message
#define ON_OPEN                          \
    char *volatile scratch = malloc(10); \
    scratch[0] = 1;                      \
    free(scratch)
#include "../good.h"
