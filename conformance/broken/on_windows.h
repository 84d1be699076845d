// What the C libraries of Windows do not have, for good.h.

#ifndef RP_BROKEN_ON_WINDOWS_H
#define RP_BROKEN_ON_WINDOWS_H

#include <string.h>

#define setenv(name, value, overwrite) _putenv(name "=" value)

static void *memmem(const void *text, size_t len, const void *part, size_t part_len)
{
    for (const char *at = text; part_len <= len; at++, len--) {
        if (memcmp(at, part, part_len) == 0) return (void *)at;
    }
    return NULL;
}

#endif
