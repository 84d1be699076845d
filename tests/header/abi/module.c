// The smallest library that reaches every type of the ABI, for abidw to read its debug information.
#define RP_NO_ENTRY
#include "rp_module.h"

const rp_module *rp_module_v1(void);
const rp_module *rp_module_v1(void)
{
    return 0;
}
