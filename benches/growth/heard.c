// Counts the events that reach it, and tells their number to whoever sends a command.
#include "rp_module.h"

#include <stdio.h>
#include <stdlib.h>

static void *create(const rp_host *host)
{
    (void)host;
    return calloc(1, sizeof(unsigned long));
}

static void destroy(void *self)
{
    free(self);
}

static rp_status handle_message(void *self, const rp_message *message, rp_reply *reply)
{
    unsigned long *heard = self;
    char text[64];
    // Of the types that come here, "event" alone has five letters.
    if (message->type.len == 5) ++*heard;
    int len = snprintf(text, sizeof text, "{\"status\":\"success\",\"data\":%lu}", *heard);
    return rp_reply_write(reply, text, (size_t)len);
}

RP_MODULE(0,
          "{\"name\":\"heard\",\"version\":\"0.1.0\",\"protocol\":\"1.0\",\"requests\":{\"subscribe\":[\"tick\"]}}",
          create, destroy, handle_message);
