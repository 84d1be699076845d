/* The headers alone, and once more: nothing before them, nothing beside them. */
#include "rp_module_layout.h"
#include "rp_module_layout.h"
#include "rp_module.h"
#include "rp_module.h"
#include "rp_plain.h"
#include "rp_plain.h"
#include "rp_host.h"
#include "rp_host.h"

typedef int not_empty;
