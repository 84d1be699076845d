// rp_alloc gives the same memory each time.
// trips: life/real-host, sandbox/allocator
#include "rp_module.h"
#undef RP_MEMORY_
#define RP_MEMORY_                                             \
    RP_EXPORT void *RP_CALL rp_alloc(size_t size)              \
    {                                                          \
        static double room[8192];                              \
        return size <= sizeof room ? room : NULL;              \
    }                                                          \
    RP_EXPORT void RP_CALL rp_free(void *pointer, size_t size) \
    {                                                          \
        (void)pointer;                                         \
        (void)size;                                            \
    }
#include "../good.h"
