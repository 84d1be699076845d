// It sets an environment variable.
// trips: environment/variables
#define ON_INIT setenv("GOOD_WAS_HERE", "1", 1)
#include "../good.h"
