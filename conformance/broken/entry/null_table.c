// Its entry returns NULL.
// trips: entry/table, life/real-host
#define OWN_ENTRY
#include "../good.h"

const char rp_manifest[] = MANIFEST;
static const char manifest[] = MANIFEST;

const rp_module *rp_module_v1(void)
{
    (void)manifest;
    return NULL;
}
void *use[] = {(void *)good_create, (void *)good_destroy, (void *)good_handle_message};
