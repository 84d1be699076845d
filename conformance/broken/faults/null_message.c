// It reads a NULL message.
// trips: faults/null-message
#define ON_MESSAGE \
    if (*(volatile const uint32_t *)&message->struct_size == 1) return RP_FAILED
#include "../good.h"
