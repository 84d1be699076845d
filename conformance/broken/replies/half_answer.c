// It does not look whether grow worked.
// trips: replies/grow-fails, replies/limit
#define ON_MUTATION                                           \
    rp_reply_write(reply, "{\"status\":\"error\",", 18);      \
    rp_reply_write(reply, "\"error\":\"no mutations\"}", 23); \
    return RP_FAILED
#include "../good.h"
