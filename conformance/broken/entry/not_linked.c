// It needs a function that no library has.
// trips: entry/loads, life/real-host
// native: a linker for WebAssembly refuses it
// unix: a linker for Windows refuses it
extern void nobody_has_this_function(void);
#define ON_CREATE nobody_has_this_function()
#include "../good.h"
