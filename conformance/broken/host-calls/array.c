// It sends an array.
// trips: host-calls/message
#define ON_ASK                                               \
    rp_host_send(HOST, 0, "event", rp_str_from("[]"), &own); \
    rp_reply_clear(&own)
#include "../good.h"
