// It panics over a negative limit.
// trips: faults/no-panic
#define ON_QUERY                                             \
    int64_t limit = 0;                                       \
    rp_json_read_int(rp_json_get(payload, "limit"), &limit); \
    if (limit < 0) return RP_ERR_PANIC
#include "../good.h"
