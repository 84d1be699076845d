// The limit: what no border between two libraries can do without. A call through a pointer, and the copy.
#include <stddef.h>
#include <string.h>

#include "rp_plain.h" // for the word that exports

RP_PLAIN_EXPORT void limit_echo(char *out, const char *text, size_t len)
{
    memcpy(out, text, len);
}
