// It walks down the levels of a payload by calling itself.
// trips: json/deep
static int walk(const char *text, unsigned long len);
#define BEFORE_OPEN \
    if (walk(message->payload.data, message->payload.len) < 0) return RP_ERR_NO_MEMORY
#include "../good.h"

static int walk(const char *text, unsigned long len)
{
    volatile char frame[512];
    frame[0] = 0;
    while (len > 0 && *text != '[' && *text != '{') text++, len--;
    return len == 0 ? 0 : frame[0] + 1 + walk(text + 1, len - 1);
}
