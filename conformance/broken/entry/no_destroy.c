// Its table has no destroy.
// trips: entry/functions, life/real-host
#define OWN_ENTRY
#include "../good.h"

const char rp_manifest[] = MANIFEST;
static const char manifest[] = MANIFEST;

const rp_module *rp_module_v1(void)
{
    static const rp_module table = {sizeof(rp_module), FLAGS, manifest, good_create, NULL, good_handle_message};
    (void)good_destroy;
    return &table;
}
