// It returns RP_OK with an error response.
// trips: messages/status-agrees
#define ON_UNKNOWN_TYPE                                                                        \
    rp_status answered = rp_answer_error(reply, RP_CODE_UNKNOWN_TYPE, "unknown message type"); \
    return answered == RP_FAILED ? RP_OK : answered
#include "../good.h"
