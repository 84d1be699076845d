// It blocks a signal.
// trips: environment/signal-mask
// unix: Windows has no signal masks
#define ON_INIT               \
    sigset_t set;             \
    sigemptyset(&set);        \
    sigaddset(&set, SIGUSR2); \
    pthread_sigmask(SIG_BLOCK, &set, NULL)
#include "../good.h"
