// get_module_metadata gives the same memory twice, and free_string spoils it.
// trips: manifest/plain-again
#define PLAIN
static char *shared(void);
#define PLAIN_METADATA shared()
#define PLAIN_FREE(string) spoil(string)
static void spoil(char *string);
#include "../good.h"

static char text[] = MANIFEST;
static char *shared(void)
{
    return text;
}
static void spoil(char *string)
{
    if (string != text) free(string);
    else text[2]++;
}
