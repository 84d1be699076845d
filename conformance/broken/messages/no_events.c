// It does not know what an event is.
// trips: messages/event
#define ON_EVENT return rp_answer_error(reply, RP_CODE_UNKNOWN_TYPE, "event?")
#include "../good.h"
