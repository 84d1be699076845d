// It fills the last byte of the room with a NUL, and counts it.
// trips: replies/grow-one-more
#define ON_MUTATION                                                                 \
    static const char text[] = "{\"status\":\"error\",\"error\":\"no mutations\"}"; \
    rp_status written = rp_reply_write(reply, text, sizeof text - 1);               \
    if (written != RP_OK) return written;                                           \
    if (reply->capacity - reply->len == 1) reply->data[reply->len++] = 0;           \
    return RP_FAILED
#include "../good.h"
