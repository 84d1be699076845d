/* Two modules in one library, with their entries side by side. */
#define RP_NO_ENTRY
#include "rp_module.h"

RP_EXPORT const rp_module *hello_c_entry(void);
RP_EXPORT const rp_module *hello_cpp_entry(void);
RP_EXPORT extern const rp_module *(*const entries[])(void);

const rp_module *(*const entries[])(void) = {hello_c_entry, hello_cpp_entry};
