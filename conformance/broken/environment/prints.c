// It prints.
// trips: environment/stdout
#define ON_EVENT puts("an event!")
#include "../good.h"
