// It ignores a signal from the moment that it is loaded, as the runtimes of some languages do.
// trips: environment/signal-handlers
#include <signal.h>

static __attribute__((constructor)) void loaded(void)
{
    signal(SIGTERM, SIG_IGN);
}
#include "../good.h"
