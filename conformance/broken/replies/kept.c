// It lets the reply of the message before grow.
// trips: replies/not-kept
struct rp_reply;
static struct rp_reply *kept;
#define ON_MUTATION kept = reply
#define ON_EVENT             \
    if (kept != NULL) {      \
        kept->grow(kept, 1); \
        kept = NULL;         \
    }
#include "../good.h"
