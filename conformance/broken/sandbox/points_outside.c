// Its last line of log lies outside its memory.
// trips: life/real-host, life/shutdown, sandbox/pointers
#define ON_SHUTDOWN self->host->write_log(self->host, 0, RP_LOG_INFO, (const char *)0xfffffff0U, 32)
#include "../good.h"
