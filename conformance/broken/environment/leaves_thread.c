// It leaves a thread behind.
// trips: environment/threads
static void start(void);
#define ON_INIT start()
#include "../good.h"

static void *wait_for_ever(void *nothing)
{
    for (;;) sleep(1000);
    return nothing;
}

static void start(void)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, wait_for_ever, NULL) == 0) pthread_detach(thread);
}
