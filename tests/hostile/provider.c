// A good module that provides the entity note.
#include "rp_sdk.h"

static char instance;

static void *create(const rp_host *host)
{
    (void)host;
    return &instance;
}

static void destroy(void *self)
{
    (void)self;
}

static rp_status handle_message(void *self, const rp_message *message, rp_reply *reply)
{
    (void)self;
    if (rp_str_eq(message->type, "query")) {
        return rp_answer_json(reply, rp_json_literal("{\"entities\":[{\"id\":\"1\"}],\"count\":1}"));
    }
    if (rp_str_eq(message->type, "mutation")) {
        return rp_answer_json(reply, rp_json_literal("{\"id\":\"1\",\"version\":2}"));
    }
    return rp_answer_empty(reply);
}

RP_MODULE(0, "{\"name\":\"provider\",\"version\":\"1.0.0\",\"protocol\":\"1.0\",\"provides\":[\"note\"]}", create, destroy,
          handle_message);
