// The process ends while everything is still open, and a module at work.
#include "check.h"

static void RP_CALL done(void *context, rph_error *error, rph_reply *reply, rp_status status)
{
    (void)context, (void)error, (void)reply, (void)status;
}

static void RP_CALL hear(void *context, const char *json, size_t len)
{
    (void)context, (void)json, (void)len;
}

void leave(void)
{
    rph_builder *builder = rph_builder_new();
    rph_host *host = NULL;
    rph_subscription *own = NULL;
    FINE(rph_builder_on_event(builder, TEXT("*"), hear, NULL, NULL));
    FINE(rph_builder_build(builder, &host));
    rph_instance *relay = load(host, "test_relay", "");
    FINE(rph_subscribe(host, TEXT("*"), 4, &own));
    FINE(rph_publish(host, TEXT("a"), NULL, 0));
    FINE(rph_call_async(relay, TEXT("command"), TEXT("{\"name\":\"work\",\"args\":{\"steps\":60000}}"), NULL, done,
                        NULL));
}
