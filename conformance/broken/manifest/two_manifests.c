// The exported manifest is another one than the table's.
// trips: manifest/same, life/real-host
#define OWN_ENTRY
#include "../good.h"

const char rp_manifest[] = "{\"name\":\"good\",\"version\":\"1.0.1\",\"protocol\":\"1.0\"}";
static const char manifest[] = MANIFEST;
const rp_module *rp_module_v1(void)
{
    static const rp_module table = {sizeof(rp_module), FLAGS, manifest, good_create, good_destroy, good_handle_message};
    return &table;
}
