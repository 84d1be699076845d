// It keeps a pointer into the reply over a call of grow.
// trips: replies/grow-moves
#define ON_MUTATION                                                                \
    char *start;                                                                   \
    rp_status grown = reply->grow(reply, 100);                                     \
    if (grown != RP_OK) return grown;                                              \
    start = reply->data + reply->len;                                              \
    rp_reply_write(reply, "?", 1);                                                 \
    grown = reply->grow(reply, 60);                                                \
    if (grown != RP_OK) return grown;                                              \
    rp_reply_write(reply, "\"status\":\"error\",\"error\":\"no mutations\"}", 40); \
    *start = 123;                                                                  \
    return RP_FAILED
#include "../good.h"
