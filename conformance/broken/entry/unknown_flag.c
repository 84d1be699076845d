// Its table has a flag that no host knows.
// trips: entry/flags, life/real-host
#define FLAGS 0x100
#include "../good.h"
