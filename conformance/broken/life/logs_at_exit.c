// It logs at the end of the process.
// trips: life/silent-at-exit
struct rp_host;
static void log_at_exit(const struct rp_host *host);
#define ON_CREATE log_at_exit(host)
#include "../good.h"

static const rp_host *last;

static void at_exit(void)
{
    rp_host_log(last, 0, RP_LOG_INFO, "good-bye");
}

static void log_at_exit(const rp_host *host)
{
    if (last == NULL) atexit(at_exit);
    last = host;
}
