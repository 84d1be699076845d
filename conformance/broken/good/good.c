// Nothing is wrong with it.
// trips: nothing
#include "../good.h"
