// Its init always fails.
// trips: life/init, life/real-host
#define ON_INIT return rp_answer_error(reply, RP_CODE_INTERNAL, "not today")
#include "../good.h"
