// It ignores a signal.
// trips: environment/signal-handlers
#define ON_INIT signal(SIGUSR1, SIG_IGN)
#include "../good.h"
