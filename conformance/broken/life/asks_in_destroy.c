// It asks the host in destroy, and takes no refusal.
// trips: life/after-shutdown
#define ON_EVENT \
    if (rp_json_equals(rp_json_get(payload, "event"), "rp_check_before_shutdown")) self->spare = 1
#define ON_DESTROY                                                                                          \
    if (self->host != NULL) {                                                                               \
        rp_reply own = rp_reply_create();                                                                   \
        rp_status asked = rp_host_send(self->host, 0, "query", rp_str_from("{\"entity\":\"note\"}"), &own); \
        if (self->spare != 0 && !RP_HAS_RESPONSE(asked)) abort();                                           \
        rp_reply_destroy(&own);                                                                             \
    }
#include "../good.h"
