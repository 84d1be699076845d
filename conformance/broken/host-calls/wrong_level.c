// It logs at a level that there is not.
// trips: host-calls/log
#define ON_ASK rp_host_log(HOST, message->id, 9, "very important")
#include "../good.h"
