// It writes behind the functions that it knows of a newer host.
// trips: host-calls/newer-host
#define ON_CREATE \
    if (host != NULL && host->struct_size > sizeof(rp_host)) *(volatile int *)(host + 1) = 0
#include "../good.h"
