// Its entry is a number.
// trips: entry/function, life/real-host
#define OWN_ENTRY
#define RP_NO_ENTRY
#include "../good.h"

RP_EXPORT const char rp_manifest[] = MANIFEST;
RP_EXPORT int rp_module_v1[16];
int rp_module_v1[16] = {1};
void *use[] = {(void *)good_create, (void *)good_destroy, (void *)good_handle_message};
