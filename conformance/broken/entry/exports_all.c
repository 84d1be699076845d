// It exports a function of its own.
// trips: entry/exports
// native: what a sandboxed module exports is named to its linker
#include "../good.h"

RP_EXPORT int parse(void);
int parse(void)
{
    return 0;
}
