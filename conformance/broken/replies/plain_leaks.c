// A plain module whose free_string frees nothing.
// trips: replies/plain-frees, life/frees-all, faults/malloc-in-message, faults/malloc-in-create
#define PLAIN
#define PLAIN_FREE(string) (void)string
#include "../good.h"
