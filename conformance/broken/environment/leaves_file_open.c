// It leaves a file open.
// trips: environment/descriptors
#define ON_INIT (void)!open("/dev/null", O_RDONLY)
#include "../good.h"
