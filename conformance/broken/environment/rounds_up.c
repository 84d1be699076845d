// It leaves the processor rounding up.
// trips: environment/floating-point
#define ON_INIT fesetround(FE_UPWARD)
#include "../good.h"
