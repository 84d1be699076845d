// It makes standard input non-blocking.
// trips: environment/stdio
#define ON_INIT fcntl(0, F_SETFL, fcntl(0, F_GETFL) | O_NONBLOCK)
#include "../good.h"
