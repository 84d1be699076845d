// It reads a NULL host.
// trips: faults/null-host
#define ON_CREATE \
    if (*(volatile const uint32_t *)&host->struct_size == 1) abort()
#include "../good.h"
