// Its constructors do not return.
// trips: life/real-host, sandbox/initialize
#include "../good.h"

__attribute__((constructor)) static void stop(void)
{
    __builtin_trap();
}
