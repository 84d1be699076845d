// The functions of rp_sdk.h, which are static inline there, as ones that a linker finds; what needs malloc is left out.
#include <float.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define RP_SDK_NO_MALLOC
#define static
#define inline
#include "rp_sdk.h"
