// Nothing is wrong with it: a plain module.
// trips: nothing
#define PLAIN
#include "../good.h"
