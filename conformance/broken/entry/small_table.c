// Its table says that it is smaller than it is.
// trips: entry/struct-size, life/real-host
#define OWN_ENTRY
#include "../good.h"

const char rp_manifest[] = MANIFEST;
static const char manifest[] = MANIFEST;

const rp_module *rp_module_v1(void)
{
    static const rp_module table = {sizeof(rp_module) - 8, FLAGS,        manifest,
                                    good_create,           good_destroy, good_handle_message};
    return &table;
}
