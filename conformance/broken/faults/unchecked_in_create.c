// It does not look whether malloc worked in create.
// trips: faults/malloc-in-create
#define ON_CREATE                        \
    char *volatile scratch = malloc(10); \
    scratch[0] = 1;                      \
    free(scratch)
#include "../good.h"
