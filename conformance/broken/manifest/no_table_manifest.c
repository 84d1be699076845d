// The manifest of its table is NULL.
// trips: manifest/size, life/real-host
#define OWN_ENTRY
#include "../good.h"

const char rp_manifest[] = MANIFEST;
const rp_module *rp_module_v1(void)
{
    static const rp_module table = {sizeof(rp_module), FLAGS, NULL, good_create, good_destroy, good_handle_message};
    return &table;
}
