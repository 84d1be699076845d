// It sends with a copy of its reply, in which there is room.
// trips: replies/as-passed
#define ON_ASK                                                                       \
    if (reply->grow(reply, 512) == RP_OK) {                                          \
        rp_reply copy = *reply;                                                      \
        rp_host_send(HOST, 0, "query", rp_str_from("{\"entity\":\"note\"}"), &copy); \
    }
#include "../good.h"
