// It leaks what the C library allocated for it.
// trips: life/ten-thousand
// native: what it leaks ends with its sandbox
#define ON_DESTROY (void)!strdup("forty bytes that nobody will ever free")
#include "../good.h"
