// It changes the umask.
// trips: environment/umask
#define ON_INIT umask(0)
#include "../good.h"
