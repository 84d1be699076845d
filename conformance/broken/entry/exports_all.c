// It exports a function of its own.
// trips: entry/exports
#include "../good.h"

RP_EXPORT int parse(void);
int parse(void)
{
    return 0;
}
