// It logs to the host of an instance that was destroyed.
// trips: life/silent-after-destroy
// native: in a sandbox each instance has statics of its own
struct rp_host;
static const struct rp_host *before;
#define ON_CREATE \
    if (before != NULL) rp_host_log(before, 0, RP_LOG_INFO, "another one")
#define ON_DESTROY before = self->host
#include "../good.h"
