// It changes the working directory.
// trips: environment/working-directory
#define ON_INIT (void)!chdir("/")
#include "../good.h"
