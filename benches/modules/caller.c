// No module: a host in C, for what a call costs there. The functions of rp_host.h come from librp_host, which whoever loads this
// opens before.
#include "rp_host.h"

#include <stdlib.h>

#define EXPORT __attribute__((visibility("default")))

typedef struct caller {
    rph_instance *instance;
    rph_reply *reply;
    rph_call_options unchecked;
    rph_turn *turn;
} caller;

// A host with one module, for as long as the process lives; NULL if it cannot be.
EXPORT caller *caller_new(const char *path, size_t len)
{
    caller *made = calloc(1, sizeof *made);
    rph_host *host;
    if (made == NULL || rph_builder_build(rph_builder_new(), &host) != NULL) return NULL;
    if (rph_load(host, path, len, NULL, 0, &made->instance) != NULL) return NULL;
    made->reply = rph_reply_new(0);
    made->unchecked.struct_size = sizeof made->unchecked;
    made->unchecked.flags = RPH_UNCHECKED;
    return made;
}

// The response to a command, until the next call; NULL where that failed.
EXPORT const char *caller_raw(caller *own, const char *text, size_t len, size_t *out_len)
{
    rph_error *error = rph_call(own->instance, "command", 7, text, len, &own->unchecked, own->reply, NULL);
    return error == NULL ? rph_reply_text(own->reply, out_len) : NULL;
}

// The same in one turn for all calls.
EXPORT const char *caller_in_turn(caller *own, const char *text, size_t len, size_t *out_len)
{
    if (own->turn == NULL && rph_enter(own->instance, NULL, &own->turn) != NULL) return NULL;
    rph_error *error = rph_turn_call(own->turn, "command", 7, text, len, &own->unchecked, own->reply, NULL);
    return error == NULL ? rph_reply_text(own->reply, out_len) : NULL;
}

// The same, the response read.
EXPORT const char *caller_checked(caller *own, const char *text, size_t len, size_t *out_len)
{
    rph_error *error = rph_call(own->instance, "command", 7, text, len, NULL, own->reply, NULL);
    return error == NULL ? rph_reply_text(own->reply, out_len) : NULL;
}
