// Plays a day of research again and again; in each run another allocation of the module fails.
#include <stdio.h>
#include <stdlib.h>

#include "rp_sdk.h"

// The module's allocations, which come here by name.
void *try_malloc(size_t size);
void *try_calloc(size_t count, size_t size);
void *try_realloc(void *old, size_t size);

static long left; // allocations until one fails
static bool has_failed;

static bool fails(void)
{
    if (left-- != 0) return false;
    has_failed = true;
    return true;
}

void *try_malloc(size_t size)
{
    return fails() ? NULL : malloc(size);
}

void *try_calloc(size_t count, size_t size)
{
    return fails() ? NULL : calloc(count, size);
}

void *try_realloc(void *old, size_t size)
{
    return fails() ? NULL : realloc(old, size);
}

// Not assert: it must stay when NDEBUG is defined.
static void check(bool condition, const char *what, const rp_reply *reply)
{
    rp_str text = rp_reply_text(reply);
    if (condition) return;
    fprintf(stderr, "allocation %ld: %s: %.*s\n", left, what, (int)text.len, text.data);
    exit(1);
}

// -- a host with a store that keeps nothing but what it says --

static uint64_t random_count;

static rp_status RP_CALL send(const rp_host *host, const rp_message *message, rp_reply *reply)
{
    static const char entities[] =
        "{\"entities\":[{\"id\":\"log-1\",\"version\":1,\"created_us\":1,\"modified_us\":1,\"data\":{\"number\":1,"
        "\"title\":\"kept\",\"tags\":[\"a\"],\"metadata\":{}}}],\"count\":1}";
    rp_json payload;
    (void)host;
    check(rp_json_parse(message->payload, &payload) == RP_JSON_OK, "a payload that is no JSON", reply);
    if (rp_str_eq(message->type, "query")) {
        bool is_log = rp_json_equals(rp_json_get(payload, "entity"), "research_log.log");
        return rp_answer_json(reply, rp_json_literal(is_log ? entities : "{\"entities\":[],\"count\":0}"));
    }
    if (rp_json_equals(rp_json_get(payload, "operation"), "delete")) {
        return rp_answer_error(reply, RP_CODE_NOT_FOUND, "none");
    }
    if (rp_json_equals(rp_json_get(payload, "event"), "research_log.search_recorded")) {
        return rp_answer_error(reply, RP_CODE_DENIED, "not granted");
    }
    return rp_answer_empty(reply);
}

static int64_t RP_CALL now_us(const rp_host *host)
{
    (void)host;
    return 1704067200000000;
}

static void RP_CALL fill(const rp_host *host, void *data, size_t len)
{
    (void)host;
    random_count++;
    memset(data, 0, len);
    memcpy(data, &random_count, len < sizeof random_count ? len : sizeof random_count);
}

// -- the day --

struct step {
    const char *type;
    const char *payload;
};

static const struct step day[] = {
    {"describe", "{}"},
    {"init", "{\"instance\":\"log\",\"config\":{\"state\":\"store\"}}"},
    {"command", "{\"name\":\"create_log\",\"args\":{\"title\":\"Who was \\u004aohn?\",\"tags\":[\"a\",\"b\"],"
                "\"researcher\":\"Ann\",\"metadata\":{\"a\":[1,2]}}}"},
    {"event", "{\"event\":\"research_session.started\",\"data\":{\"session\":\"s\",\"title\":\"Morning\"}}"},
    {"command", "{\"name\":\"add_entry\",\"args\":{\"type\":\"question\",\"title\":\"When?\",\"content\":\"a\\nb\"}}"},
    {"command", "{\"name\":\"add_entry\",\"args\":{\"type\":\"note\",\"title\":\"n\",\"resolves\":[\"nobody\"]}}"},
    {"command", "{\"name\":\"record_search\",\"args\":{\"repository\":\"Archive\",\"terms\":[\"J Ryan\",\"Ryan\"],"
                "\"variants\":[\"Rian\"],\"period\":{\"from\":\"1850\"},\"place\":\"Cork\",\"result\":\"found\","
                "\"documents\":[{\"title\":\"t\",\"citation\":\"c\\u0022\"}],\"filters\":{\"a\":1}}}"},
    {"command", "{\"name\":\"record_search\",\"args\":{\"repository\":\"archive\",\"terms\":[\"J  Ryan\",\"Rian\",\"Ryan\"],"
                "\"period\":{\"from\":\"1850\"},\"place\":\"cork\",\"result\":\"none\"}}"},
    {"command", "{\"name\":\"record_search\",\"args\":{\"repository\":\"r\",\"terms\":[\"t\"],\"result\":\"no\"}}"},
    {"command", "{\"name\":\"list_entries\",\"args\":{\"types\":[\"search\"],\"order\":\"newest\",\"text\":\"RYAN\"}}"},
    {"command", "{\"name\":\"analyze_activity\"}"},
    {"command", "{\"name\":\"find_duplicate_searches\",\"args\":{\"all_logs\":true}}"},
    {"command", "{\"name\":\"export\",\"args\":{\"format\":\"json\"}}"},
    {"command", "{\"name\":\"export\",\"args\":{\"format\":\"markdown\"}}"},
    {"command", "{\"name\":\"export\",\"args\":{\"format\":\"csv\"}}"},
    {"query", "{\"entity\":\"research_log_entry\",\"filters\":{\"type\":{\"in\":[\"search\",\"question\"]},"
              "\"search.terms\":{\"exists\":true},\"/title\":{\"contains\":\"\\u0041\"}},\"sort\":[\"-title\",\"$id\"]}"},
    {"query", "{\"entity\":\"research_log\",\"filters\":{\"a..b\":1}}"},
    {"mutation", "{\"entity\":\"research_log\",\"operation\":\"delete\",\"id\":\"x\"}"},
    {"event", "{\"event\":\"research_session.ended\",\"data\":{\"session\":\"other\"}}"},
    {"event", "{\"event\":\"research_session.ended\",\"data\":{\"session\":\"s\",\"summary\":\"Good.\"}}"},
    {"command", "{\"name\":\"set_active_log\",\"args\":{\"log\":\"log-1\"}}"},
    {"shutdown", "{}"},
};

static rp_status ask(const rp_module *module, void *instance, const struct step *step, rp_reply *reply)
{
    rp_message message = rp_message_make(step->type, rp_str_from(step->payload));
    message.id = 7;
    rp_reply_clear(reply);
    return module->handle_message(instance, &message, reply);
}

// The message that memory runs out in may be asked again, and is answered then.
static void play_step(const rp_module *module, void *instance, const struct step *step, rp_reply *reply)
{
    bool had_failed = has_failed;
    rp_status status = ask(module, instance, step, reply);
    bool ran_out = !had_failed && has_failed && status == RP_ERR_NO_MEMORY;
    check(ran_out || RP_HAS_RESPONSE(status), "a status without a response", reply);
    check(!ran_out || reply->len == 0, "a response without memory", reply);
    if (ran_out) status = ask(module, instance, step, reply);
    check(RP_HAS_RESPONSE(status), "the instance does not go on", reply);
}

static bool play(const rp_module *module, const rp_host *host, long fails_at)
{
    rp_reply reply = rp_reply_create();
    void *instance;
    size_t i;
    left = fails_at;
    has_failed = false;
    random_count = 0;
    instance = module->create(host);
    check(instance != NULL || has_failed, "create failed", &reply);
    for (i = 0; instance != NULL && i < sizeof day / sizeof day[0]; i++) play_step(module, instance, &day[i], &reply);
    if (instance != NULL) module->destroy(instance);
    rp_reply_destroy(&reply);
    return has_failed;
}

int main(void)
{
    rp_host host;
    long fails_at = 0;
    memset(&host, 0, sizeof host);
    host.struct_size = (uint32_t)sizeof host;
    host.send = send;
    host.now_us = now_us;
    host.random = fill;
    while (play(rp_module_v1(), &host, fails_at)) fails_at++;
    printf("%ld allocations failed, one in each run\n", fails_at);
    return 0;
}
