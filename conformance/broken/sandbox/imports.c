// It asks the host for a function by an import.
// trips: life/real-host, sandbox/imports
__attribute__((import_module("env"), import_name("time"))) int time_of_host(void);
#define ON_CREATE self->spare = time_of_host()
#include "../good.h"
