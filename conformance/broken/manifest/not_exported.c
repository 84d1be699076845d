// Its manifest is in the table only.
// trips: manifest/exported, life/real-host
#define OWN_ENTRY
#define rp_manifest elsewhere
#include "../good.h"
#undef rp_manifest

static const char manifest[] = MANIFEST;
const rp_module *rp_module_v1(void)
{
    static const rp_module table = {sizeof(rp_module), FLAGS, manifest, good_create, good_destroy, good_handle_message};
    return &table;
}
