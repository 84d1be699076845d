// Its table lies on the heap.
// trips: entry/inside, life/real-host
// native: its heap lies in the only memory that a sandbox has
#define OWN_ENTRY
#include "../good.h"

const char rp_manifest[] = MANIFEST;
static const char manifest[] = MANIFEST;

static const rp_module original = {sizeof(rp_module), FLAGS, manifest, good_create, good_destroy, good_handle_message};

const rp_module *rp_module_v1(void)
{
    static rp_module *table;
    if (table == NULL) {
        table = malloc(sizeof *table);
        memcpy(table, &original, sizeof *table);
    }
    return table;
}
