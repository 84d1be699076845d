// It sends in the service of a message that there is not.
// trips: host-calls/cause
#define CAUSE (message->id + 1000000)
#include "../good.h"
