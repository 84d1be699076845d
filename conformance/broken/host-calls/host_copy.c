// It uses a copy of rp_host.
// trips: host-calls/pointer
#define ON_ASK rp_host copy = *self->host
#define HOST (&copy)
#include "../good.h"
