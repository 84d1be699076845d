// Services in C, good and bad, asked by a module; and callbacks that call back.
#include "check.h"

static rph_host *host;
static rph_instance *other;
static int dropped;

static void RP_CALL drop(void *context)
{
    ++*(int *)context;
}

static rp_status RP_CALL answer(void *context, const rp_str *sender, const rp_message *message, rp_reply *reply)
{
    char text[256];
    CHECK(context == &dropped && message->struct_size == sizeof *message && message->id != 0);
    CHECK(sender->len == 5 && memcmp(sender->data, "relay", 5) == 0);
    // It calls back: another instance, on this thread.
    rph_reply *own = rph_reply_new(0);
    FINE(rph_command(other, TEXT("ping"), NULL, 0, NULL, own, NULL));
    CHECK(rph_find(host, TEXT("nobody")) == NULL);
    FINE(rph_publish(host, TEXT("asked"), TEXT("1")));
    int len = snprintf(text, sizeof text, "{\"status\":\"success\",\"data\":%s}", rph_reply_data(own, NULL));
    rph_reply_free(own);
    return rp_reply_write(reply, text, (size_t)len);
}

// What breaks the contract; the payload says how.
static rp_status RP_CALL breaks(void *context, const rp_str *sender, const rp_message *message, rp_reply *reply)
{
    static const char fine[] = "{\"status\":\"success\",\"data\":{}}";
    (void)context, (void)sender;
    CHECK(message->payload.len == 7);
    switch (message->payload.data[5]) {
    case '0': return RP_OK;
    case '1': return 4711;
    case '2': return RP_ERR_PANIC;
    case '3': return RP_ERR_NO_MEMORY;
    case '4': return rp_reply_write(reply, "\xff", 1);
    case '5': return rp_reply_write(reply, "nonsense", 8);
    case '6': return rp_reply_write(reply, fine, sizeof fine - 1) == RP_OK ? RP_FAILED : RP_ERR_NO_MEMORY;
    case '7':
        CHECK(rp_reply_write(reply, fine, sizeof fine - 1) == RP_OK);
        reply->capacity = 1000000;
        return RP_OK;
    case '8': reply->len = (size_t)-1; return RP_OK;
    default: reply->grow = NULL; return RP_OK;
    }
}

static const char *asked(const rph_instance *relay, const char *type, const char *payload, rph_reply *reply)
{
    char args[256];
    rp_status status = 7;
    snprintf(args, sizeof args, "{\"type\":\"%s\",\"payload\":%s}", type, payload);
    FINE(rph_command(relay, TEXT("send"), TEXT(args), NULL, reply, &status));
    return status == RP_OK ? "" : rph_reply_code(reply, NULL);
}

void service(void)
{
    static const char *codes[] = {"internal", "internal", "panic",    "too_large", "internal",
                                  "internal", "internal", "internal", "internal",  "internal"};
    rph_builder *builder = rph_builder_new();
    FINE(rph_builder_service(builder, TEXT("c.answer"), answer, &dropped, drop));
    FAILS(rph_builder_service(builder, TEXT("c.none"), NULL, &dropped, drop), "rp::host::argument");
    CHECK(dropped == 1);
    FINE(rph_builder_build(builder, &host));
    FINE(rph_add_service(host, TEXT("c.breaks"), breaks, &dropped, drop));
    rph_instance *relay = load(host, "test_relay", "{\"instance\":\"relay\",\"grant_requested\":true}");
    other = load(host, "test_minimal", "");
    rph_reply *reply = rph_reply_new(0);
    CHECK(strcmp(asked(relay, "c.answer", "{}", reply), "") == 0);
    CHECK(strstr(rph_reply_data(reply, NULL), "pong") != NULL);
    for (int at = 0; at < 10; at++) {
        char payload[16];
        snprintf(payload, sizeof payload, "{\"a\":%d}", at);
        CHECK(strcmp(asked(relay, "c.breaks", payload, reply), codes[at]) == 0);
    }
    // The host is as good as before.
    CHECK(strcmp(asked(relay, "c.answer", "{}", reply), "") == 0);
    FINE(rph_add_service(host, TEXT("c.breaks"), answer, &dropped, drop));
    CHECK(dropped == 2);
    CHECK(rph_remove_service(host, TEXT("c.breaks")) == 1 && dropped == 3);
    CHECK(rph_remove_service(host, TEXT("c.breaks")) == 0);
    CHECK(strcmp(asked(relay, "c.breaks", "{}", reply), "not_supported") == 0);
    rph_reply_free(reply);
    rph_instance_free(relay);
    rph_instance_free(other);
    rph_host_free(host);
    CHECK(dropped == 4);
}
