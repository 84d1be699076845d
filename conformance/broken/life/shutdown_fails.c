// Its shutdown fails.
// trips: life/shutdown, life/real-host
#define ON_SHUTDOWN return rp_answer_error(reply, RP_CODE_INTERNAL, "I stay")
#include "../good.h"
