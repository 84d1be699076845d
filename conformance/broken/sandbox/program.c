// It has the entry of a program, whose constructors a host does not run.
// trips: sandbox/initialize
#include "../good.h"

__attribute__((export_name("_start"))) void program_start(void);
void program_start(void)
{
}
