// Its manifest changes when it is initialized.
// trips: manifest/constant
#define OWN_ENTRY
static char *changing(void);
#define ON_INIT changing()[9] = 'G'
#include "../good.h"

const char rp_manifest[] = MANIFEST;
static char manifest[] = MANIFEST;
static char *changing(void)
{
    return manifest;
}
const rp_module *rp_module_v1(void)
{
    static const rp_module table = {sizeof(rp_module), FLAGS, manifest, good_create, good_destroy, good_handle_message};
    return &table;
}
