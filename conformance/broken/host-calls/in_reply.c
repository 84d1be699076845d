// It sends a text that lies in the reply for the answer.
// trips: host-calls/not-in-reply
#define ON_ASK                                                          \
    rp_reply_write(&own, "{\"event\":\"good.asked\",\"data\":{}}", 33); \
    rp_host_send(HOST, 0, "event", rp_reply_text(&own), &own);          \
    rp_reply_clear(&own)
#include "../good.h"
