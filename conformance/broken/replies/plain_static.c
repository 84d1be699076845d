// A plain module that answers with the same memory each time.
// trips: replies/plain-own
static char *put_down(char *text);
#define PLAIN
#define PLAIN_ANSWER(text) put_down(text)
#define PLAIN_FREE(string) (void)string
#define PLAIN_METADATA (char *)MANIFEST
#include "../good.h"

static char *put_down(char *text)
{
    static __thread char place[1 << 23];
    // Not strncpy, which would fill all that room each time.
    snprintf(place, sizeof place, "%s", text);
    free(text);
    return place;
}
