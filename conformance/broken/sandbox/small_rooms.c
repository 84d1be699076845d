// rp_alloc gives no more than 64 KiB.
// trips: sandbox/allocator
#include "rp_module.h"
#undef RP_MEMORY_
#define RP_MEMORY_                                             \
    RP_EXPORT void *RP_CALL rp_alloc(size_t size)              \
    {                                                          \
        return size <= 65536 ? malloc(size) : NULL;            \
    }                                                          \
    RP_EXPORT void RP_CALL rp_free(void *pointer, size_t size) \
    {                                                          \
        (void)size;                                            \
        free(pointer);                                         \
    }
#include "../good.h"
