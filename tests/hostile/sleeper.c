// A subscriber that never comes back from an event.
#include <unistd.h>

#include "rp_sdk.h"

static void *create(const rp_host *host)
{
    return (void *)host;
}

static void destroy(void *self)
{
    (void)self;
}

static rp_status handle_message(void *self, const rp_message *message, rp_reply *reply)
{
    (void)self;
    while (rp_str_eq(message->type, "event")) pause();
    return rp_answer_empty(reply);
}

RP_MODULE(0, "{\"name\":\"sleeper\",\"version\":\"1.0.0\",\"protocol\":\"1.0\",\"requests\":{\"subscribe\":[\"*\"]}}",
          create, destroy, handle_message);
