// It ignores a signal.
// trips: environment/signal-handlers
#define ON_INIT signal(SIGTERM, SIG_IGN)
#include "../good.h"
