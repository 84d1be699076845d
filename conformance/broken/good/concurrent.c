// Nothing is wrong with it, also when it is called at once.
// trips: nothing
#define FLAGS RP_CONCURRENT
#include "../good.h"
