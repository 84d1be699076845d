// Its table of functions has room for its own alone.
// trips: life/real-host, sandbox/table
// link: -Wl,--export-table,--export-dynamic
#include "../good.h"
