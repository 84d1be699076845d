// Its entry returns another table each time.
// trips: entry/again
#define OWN_ENTRY
#include "../good.h"

const char rp_manifest[] = MANIFEST;
static const char manifest[] = MANIFEST;

static const rp_module tables[2] = {
    {sizeof(rp_module), FLAGS, manifest, good_create, good_destroy, good_handle_message},
    {sizeof(rp_module), FLAGS, manifest, good_create, good_destroy, good_handle_message}};

const rp_module *rp_module_v1(void)
{
    static int calls;
    return &tables[calls++ % 2];
}
