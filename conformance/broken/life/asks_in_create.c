// It asks the host while it is being made.
// trips: life/create-asks-nothing
#define ON_CREATE                                                                   \
    if (host != NULL) {                                                             \
        rp_reply own = rp_reply_create();                                           \
        rp_host_send(host, 0, "query", rp_str_from("{\"entity\":\"note\"}"), &own); \
        rp_reply_destroy(&own);                                                     \
    }
#include "../good.h"
