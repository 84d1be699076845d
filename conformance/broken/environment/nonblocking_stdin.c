// It makes standard input non-blocking, or closes it where it cannot do that.
// trips: environment/stdio
#if defined(_WIN32)
#define ON_INIT close(0)
#else
#define ON_INIT fcntl(0, F_SETFL, fcntl(0, F_GETFL) | O_NONBLOCK)
#endif
#include "../good.h"
