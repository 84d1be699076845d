// It does its work in a copy of the process.
// trips: faults/no-fork
// unix: Windows has no fork
#include <sys/wait.h>
#define ON_EVENT                                                    \
    if (rp_json_is(rp_json_get(payload, "event"), RP_JSON_ARRAY)) { \
        pid_t child = fork();                                       \
        if (child == 0) _exit(0);                                   \
        waitpid(child, NULL, 0);                                    \
    }
#include "../good.h"
