// A thread of it logs when destroy has returned.
// trips: life/silent-after-destroy
#define ON_DESTROY log_later(self->host)
struct rp_host;
static void log_later(const struct rp_host *host);
#include "../good.h"

static void *log_once(void *host)
{
    usleep(5000);
    rp_host_log(host, 0, RP_LOG_INFO, "still here");
    return NULL;
}

static void log_later(const rp_host *host)
{
    static bool is_started;
    pthread_t thread;
    if (is_started) return;
    is_started = true;
    if (pthread_create(&thread, NULL, log_once, (void *)host) == 0) pthread_detach(thread);
}
