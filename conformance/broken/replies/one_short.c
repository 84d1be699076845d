// It asks grow for one byte less than it writes.
// trips: replies/grow-exactly, replies/grow-moves, replies/within
#define ON_MUTATION                                                                 \
    static const char text[] = "{\"status\":\"error\",\"error\":\"no mutations\"}"; \
    rp_status grown = reply->grow(reply, sizeof text - 2);                          \
    if (grown != RP_OK) return grown;                                               \
    memcpy(reply->data + reply->len, text, sizeof text - 1);                        \
    reply->len += sizeof text - 1;                                                  \
    return RP_FAILED
#include "../good.h"
