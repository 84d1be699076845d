// A plain module without free_string.
// trips: entry/plain-exports, life/real-host
#define PLAIN
#define NO_FREE_STRING
#include "../good.h"
