// It answers an unknown type with a text that is no JSON.
// trips: messages/response, faults/random-session
#define ON_UNKNOWN_TYPE return rp_reply_write(reply, "what?", 5) == RP_OK ? RP_FAILED : RP_ERR_NO_MEMORY
#include "../good.h"
