// What no caller should pass, to each function.
#include "check.h"

static const char NUL[] = "a\0b";
static const char NO_UTF8[] = "\xff\xfe";
#define BAD "rp::host::argument"

static rph_host *host;
static rph_instance *instance;
static rph_reply *reply;
static rph_turn *turn;

// No text: not UTF-8, NULL with a length, longer than memory, and with a NUL in it, which a payload may have.
static const struct {
    const char *data;
    size_t len;
} TEXTS[] = {{NO_UTF8, 2}, {NULL, 1}, {NUL, (size_t)-1}, {NUL, 3}};

#define EACH(count, check)                    \
    for (size_t at = 0; at < (count); at++) { \
        const char *t = TEXTS[at].data;       \
        size_t n = TEXTS[at].len;             \
        check;                                \
    }
#define EACH_TEXT(call) EACH(4, FAILS(call, BAD))
#define EACH_PAYLOAD(call) EACH(3, FAILS(call, BAD))
#define EACH_IGNORED(call) EACH(4, CHECK((call) == 0))

static rp_status RP_CALL answers(void *context, const rp_str *sender, const rp_message *message, rp_reply *out)
{
    (void)context, (void)sender, (void)message, (void)out;
    return RP_ERR_PANIC;
}

static void RP_CALL hears(void *context, const char *json, size_t len)
{
    (void)context, (void)json, (void)len;
}

static void RP_CALL done(void *context, rph_error *error, rph_reply *answer, rp_status status)
{
    (void)context, (void)error, (void)answer, (void)status;
    CHECK(0);
}

static const rp_module *RP_CALL no_entry(void)
{
    return NULL;
}

static void nothing_given(void)
{
    rph_instance *out = NULL;
    rph_subscription *subscription = NULL;
    rph_turn *none = NULL;
    rp_status status = 77;
    FAILS(rph_builder_options(NULL, "{}", 2), BAD);
    FAILS(rph_builder_config(NULL, "rp.toml", 7), BAD);
    FAILS(rph_builder_on_event(NULL, "*", 1, NULL, NULL, NULL), BAD);
    FAILS(rph_builder_service(NULL, "a", 1, NULL, NULL, NULL), BAD);
    FAILS(rph_builder_build(NULL, &host), BAD);
    FAILS(rph_builder_build(rph_builder_new(), NULL), BAD);
    FAILS(rph_load(NULL, "a", 1, NULL, 0, &out), BAD);
    FAILS(rph_load(host, TEXT(module_path("test_minimal")), NULL, 0, NULL), BAD);
    FAILS(rph_load_wasm(NULL, "a", 1, NULL, 0, &out), BAD);
    FAILS(rph_add_static(NULL, NULL, NULL, 0, &out), BAD);
    FAILS(rph_add_static(host, NULL, NULL, 0, &out), BAD);
    FAILS(rph_load_wasm(host, "a", 1, NULL, 0, NULL), BAD);
    FAILS(rph_add_static(host, no_entry, NULL, 0, NULL), BAD);
    FAILS(rph_replace(NULL, "a", 1, "b", 1, NULL, 0, NULL), BAD);
    FAILS(rph_instances(NULL, reply), BAD);
    FAILS(rph_instances(host, NULL), BAD);
    FAILS(rph_inspect(TEXT(module_path("test_minimal")), NULL, 0, NULL), BAD);
    FAILS(rph_scan("/", 1, NULL), BAD);
    FAILS(rph_publish(NULL, "a", 1, NULL, 0), BAD);
    FAILS(rph_drain_events(NULL, 0), BAD);
    FAILS(rph_pending_subscribers(NULL, reply), BAD);
    FAILS(rph_pending_subscribers(host, NULL), BAD);
    FAILS(rph_unload_all(NULL), BAD);
    FAILS(rph_add_service(NULL, "a", 1, NULL, NULL, NULL), BAD);
    FAILS(rph_add_service(host, "a", 1, NULL, NULL, NULL), BAD);
    FAILS(rph_instance_counters(NULL, reply), BAD);
    FAILS(rph_instance_counters(instance, NULL), BAD);
    FAILS(rph_metrics(NULL, reply), BAD);
    FAILS(rph_metrics(host, NULL), BAD);
    FAILS(rph_metrics_text(NULL, reply), BAD);
    FAILS(rph_metrics_text(host, NULL), BAD);
    FAILS(rph_instance_worker(NULL, reply), BAD);
    FAILS(rph_instance_worker(instance, NULL), BAD);
    FAILS(rph_unload(NULL), BAD);
    FAILS(rph_call(NULL, "a", 1, "{}", 2, NULL, reply, &status), BAD);
    FAILS(rph_call(instance, "a", 1, "{}", 2, NULL, NULL, &status), BAD);
    FAILS(rph_command(NULL, "a", 1, "{}", 2, NULL, reply, &status), BAD);
    FAILS(rph_command(instance, "a", 1, "{}", 2, NULL, NULL, &status), BAD);
    FAILS(rph_send(NULL, "a", 1, "{}", 2, NULL, reply, &status), BAD);
    FAILS(rph_send(host, "a", 1, "{}", 2, NULL, NULL, &status), BAD);
    FAILS(rph_enter(NULL, NULL, &none), BAD);
    FAILS(rph_enter(instance, NULL, NULL), BAD);
    FAILS(rph_turn_call(NULL, "a", 1, "{}", 2, NULL, reply, &status), BAD);
    FAILS(rph_turn_call(turn, "a", 1, "{}", 2, NULL, NULL, &status), BAD);
    FAILS(rph_turn_command(NULL, "a", 1, "{}", 2, NULL, reply, &status), BAD);
    FAILS(rph_turn_command(turn, "a", 1, "{}", 2, NULL, NULL, &status), BAD);
    FAILS(rph_call_async(NULL, "a", 1, "{}", 2, NULL, done, NULL), BAD);
    FAILS(rph_call_async(instance, "a", 1, "{}", 2, NULL, NULL, NULL), BAD);
    FAILS(rph_subscribe(NULL, "*", 1, 1, &subscription), BAD);
    FAILS(rph_subscribe(host, "*", 1, 1, NULL), BAD);
    FAILS(rph_subscribe_lossy(NULL, "*", 1, 1, &subscription), BAD);
    FAILS(rph_subscribe_lossy(host, "*", 1, 1, NULL), BAD);
    FAILS(rph_next(NULL, 0, reply), BAD);
    FINE(rph_subscribe(host, "*", 1, 1, &subscription));
    FAILS(rph_next(subscription, 0, NULL), BAD);
    rph_subscription_free(subscription);
    FAILS(rph_isolation_support(NULL), BAD);
    FAILS(rph_library_file_name("a", 1, NULL), BAD);
    CHECK(status == 77 && out == NULL && none == NULL);
}

static void nothing_to_do(void)
{
    rph_builder_on_log(NULL, NULL, NULL, NULL);
    rph_builder_on_trace(NULL, NULL, NULL, NULL);
    rph_builder_on_progress(NULL, NULL, NULL, NULL);
    rph_builder_on_worker(NULL, NULL, NULL, NULL);
    rph_builder_clock(NULL, NULL, NULL, NULL);
    rph_builder_random(NULL, NULL, NULL, NULL);
    rph_builder_free(NULL);
    rph_host_free(NULL);
    rph_instance_free(NULL);
    rph_reply_free(NULL);
    rph_turn_free(NULL);
    rph_cancel_now(NULL);
    rph_cancel_free(NULL);
    rph_subscription_free(NULL);
    rph_error_free(NULL);
    rph_reply_reserve(NULL, 1);
    rph_reply_clear(NULL);
    size_t len = 7;
    CHECK(rph_reply_text(NULL, &len) == NULL && len == 0);
    CHECK(rph_reply_data(NULL, NULL) == NULL && rph_reply_error(NULL, NULL) == NULL);
    CHECK(rph_reply_code(NULL, NULL) == NULL && rph_reply_limit(NULL) == 0);
    CHECK(rph_error_code(NULL) == NULL && rph_error_text(NULL) == NULL && rph_error_help(NULL) == NULL);
    CHECK(rph_error_module(NULL) == NULL && rph_error_path(NULL) == NULL && rph_error_json(NULL) == NULL);
    CHECK(rph_error_fault(NULL) == 0);
    CHECK(rph_find(NULL, "a", 1) == NULL && rph_remove_service(NULL, "a", 1) == 0);
    CHECK(rph_instance_name(NULL) == NULL && rph_instance_manifest(NULL) == NULL);
    CHECK(rph_instance_path(NULL) == NULL && rph_instance_is_ready(NULL) == 0);
    CHECK(rph_cancel_is_cancelled(NULL) == 0);
    CHECK(rph_subscription_waiting(NULL) == 0 && rph_subscription_is_over(NULL) == 0);
    CHECK(rph_subscription_fd(NULL) == -1);
}

static void texts(void)
{
    rph_builder *builder = rph_builder_new();
    rph_instance *out = NULL;
    rph_subscription *subscription = NULL;
    EACH_TEXT(rph_builder_options(builder, t, n));
    EACH_TEXT(rph_builder_config(builder, t, n));
    EACH_TEXT(rph_builder_on_event(builder, t, n, hears, NULL, NULL));
    EACH_TEXT(rph_builder_service(builder, t, n, answers, NULL, NULL));
    rph_builder_free(builder);
    EACH_TEXT(rph_load(host, t, n, NULL, 0, &out));
    EACH_TEXT(rph_load(host, "a", 1, t, n, &out));
    EACH_TEXT(rph_load_wasm(host, t, n, NULL, 0, &out));
    EACH_TEXT(rph_load_wasm(host, "a", 1, t, n, &out));
    EACH_TEXT(rph_add_static(host, no_entry, t, n, &out));
    EACH_TEXT(rph_replace(host, t, n, "b", 1, NULL, 0, &out));
    EACH_TEXT(rph_replace(host, "a", 1, t, n, NULL, 0, &out));
    EACH_TEXT(rph_replace(host, "a", 1, "b", 1, t, n, &out));
    EACH_TEXT(rph_inspect(t, n, NULL, 0, reply));
    EACH_TEXT(rph_inspect("a", 1, t, n, reply));
    EACH_TEXT(rph_scan(t, n, reply));
    EACH_IGNORED(rph_find(host, t, n));
    EACH_TEXT(rph_publish(host, t, n, NULL, 0));
    EACH_PAYLOAD(rph_publish(host, "a", 1, t, n));
    EACH_TEXT(rph_add_service(host, t, n, answers, NULL, NULL));
    EACH_IGNORED(rph_remove_service(host, t, n));
    EACH_TEXT(rph_call(instance, t, n, "{}", 2, NULL, reply, NULL));
    EACH_PAYLOAD(rph_call(instance, "command", 7, t, n, NULL, reply, NULL));
    EACH_TEXT(rph_command(instance, t, n, "{}", 2, NULL, reply, NULL));
    EACH_TEXT(rph_command(instance, "ping", 4, t, n, NULL, reply, NULL));
    EACH_TEXT(rph_turn_call(turn, t, n, "{}", 2, NULL, reply, NULL));
    EACH_PAYLOAD(rph_turn_call(turn, "command", 7, t, n, NULL, reply, NULL));
    EACH_TEXT(rph_turn_command(turn, t, n, "{}", 2, NULL, reply, NULL));
    EACH_TEXT(rph_turn_command(turn, "ping", 4, t, n, NULL, reply, NULL));
    EACH_TEXT(rph_send(host, t, n, "{}", 2, NULL, reply, NULL));
    EACH_PAYLOAD(rph_send(host, "query", 5, t, n, NULL, reply, NULL));
    EACH_TEXT(rph_call_async(instance, t, n, "{}", 2, NULL, done, NULL));
    EACH_PAYLOAD(rph_call_async(instance, "command", 7, t, n, NULL, done, NULL));
    EACH_TEXT(rph_subscribe(host, t, n, 1, &subscription));
    EACH_TEXT(rph_subscribe_lossy(host, t, n, 1, &subscription));
    EACH_TEXT(rph_library_file_name(t, n, reply));
    EACH_TEXT(rph_report_crashes(t, n));
}

static void empty_names(void)
{
    rph_builder *builder = rph_builder_new();
    rph_instance *out = NULL;
    FINE(rph_builder_options(builder, NULL, 0));
    FAILS(rph_builder_config(builder, "", 0), "rp::config::unreadable");
    FINE(rph_builder_on_event(builder, "", 0, hears, NULL, NULL));
    FINE(rph_builder_service(builder, NULL, 0, answers, NULL, NULL));
    rph_builder_free(builder);
    FAILS(rph_load_wasm(host, "", 0, "", 0, &out), "rp::load::not_found");
    FINE(rph_library_file_name("", 0, reply));
    FINE(rph_report_crashes(NULL, 0));
    CHECK(rph_find(host, NULL, 0) == NULL && rph_remove_service(host, "", 0) == 0);
    FINE(rph_publish(host, "", 0, "", 0));
    FINE(rph_add_service(host, "", 0, answers, NULL, NULL));
    CHECK(rph_remove_service(host, NULL, 0) == 1);
}

static void RP_CALL taken_back(void *context, rph_error *error, rph_reply *answer, rp_status status)
{
    (void)status;
    CHECK(answer == NULL);
    FAILS(error, "rp::call::cancelled");
    ++*(int *)context;
}

// What is known at once is told at once.
static void empty_and_awaited(void)
{
    rph_cancel *cancel = rph_cancel_new();
    rph_call_options options = {sizeof options, 0, 0, cancel};
    int told = 0;
    rph_cancel_now(cancel);
    FINE(rph_call_async(instance, "", 0, "", 0, &options, taken_back, &told));
    CHECK(told == 1);
    rph_cancel_free(cancel);
}

static void empty(void)
{
    rph_instance *out = NULL;
    rph_subscription *subscription = NULL;
    rp_status status = 0;
    FAILS(rph_load(host, NULL, 0, NULL, 0, &out), "rp::load::not_found");
    FAILS(rph_inspect("", 0, NULL, 0, reply), "rp::load::not_found");
    FAILS(rph_scan(NULL, 0, reply), "rp::host::system");
    FAILS(rph_replace(host, "", 0, "", 0, NULL, 0, NULL), "rp::call::unavailable");
    FINE(rph_subscribe(host, NULL, 0, 1, &subscription));
    rph_subscription_free(subscription);
    FINE(rph_subscribe_lossy(host, "", 0, 1, &subscription));
    rph_subscription_free(subscription);
    FINE(rph_command(instance, "", 0, NULL, 0, NULL, reply, &status));
    CHECK(status == RP_FAILED && strcmp(rph_reply_code(reply, NULL), "unknown_command") == 0);
    FINE(rph_send(host, "", 0, "", 0, NULL, reply, &status));
    CHECK(status == RP_FAILED);
    // A payload that is no JSON, or has a NUL, is what the module answers with an error response.
    FINE(rph_call(instance, "command", 7, NULL, 0, NULL, reply, &status));
    CHECK(status == RP_FAILED && strcmp(rph_reply_code(reply, NULL), "invalid_json") == 0);
    FINE(rph_call(instance, "command", 7, NUL, 3, NULL, reply, &status));
    CHECK(status == RP_FAILED && rph_reply_error(reply, NULL) != NULL);
    FAILS(rph_call(instance, "command", 7, NO_UTF8, 2, NULL, reply, &status), BAD);
    FINE(rph_call(instance, "", 0, "{}", 2, NULL, reply, &status));
    CHECK(status == RP_FAILED);
    FAILS(rph_publish(host, "a", 1, "{", 1), BAD);
}

static void empty_in_a_turn(void)
{
    rp_status status = 0;
    FINE(rph_turn_call(turn, "", 0, "{}", 2, NULL, reply, &status));
    CHECK(status == RP_FAILED);
    FINE(rph_turn_call(turn, "command", 7, NULL, 0, NULL, reply, &status));
    CHECK(status == RP_FAILED && strcmp(rph_reply_code(reply, NULL), "invalid_json") == 0);
    FINE(rph_turn_command(turn, "", 0, NULL, 0, NULL, reply, &status));
    CHECK(status == RP_FAILED && strcmp(rph_reply_code(reply, NULL), "unknown_command") == 0);
}

static void options(void)
{
    rph_builder *builder = rph_builder_new();
    rph_instance *out = NULL;
    FAILS(rph_builder_options(builder, TEXT("[]")), "rp::host::options");
    FAILS(rph_builder_options(builder, TEXT("{\"name\":7}")), "rp::host::options");
    FAILS(rph_builder_options(builder, TEXT("{\"nmae\":\"a\"}")), "rp::config::malformed");
    FAILS(rph_builder_options(builder, TEXT("{\"store\":{\"memory\":true,\"path\":\"a\"}}")),
          "rp::config::contradictory");
    FAILS(rph_builder_config(builder, TEXT("nowhere/rp.toml")), "rp::config::unreadable");
    rph_builder_free(builder);
    FAILS(rph_load(host, "a", 1, TEXT("{\"grant\":1}"), &out), "rp::host::options");
    FAILS(rph_load(host, "a", 1, TEXT("[]"), &out), "rp::host::options");
    rph_call_options small = {4, 0, 0, NULL};
    FAILS(rph_call(instance, "a", 1, "{}", 2, &small, reply, NULL), BAD);
    rph_call_options unknown = {sizeof unknown, 2, 0, NULL};
    FAILS(rph_call(instance, "a", 1, "{}", 2, &unknown, reply, NULL), BAD);
    rph_call_options unchecked = {sizeof unchecked, RPH_UNCHECKED, 0, NULL};
    FAILS(rph_call_async(instance, "a", 1, "{}", 2, &unchecked, done, NULL), BAD);
    rph_turn *none = NULL;
    FAILS(rph_enter(instance, &small, &none), BAD);
    FAILS(rph_enter(instance, &unknown, &none), BAD);
    FAILS(rph_enter(instance, &unchecked, &none), BAD);
    FAILS(rph_turn_call(turn, "a", 1, "{}", 2, &small, reply, NULL), BAD);
    FAILS(rph_turn_call(turn, "a", 1, "{}", 2, &unknown, reply, NULL), BAD);
}

void hostile(void)
{
    reply = rph_reply_new(0);
    host = new_host("{}");
    instance = load(host, "test_minimal", "");
    rph_instance *entered = load(host, "test_minimal", "{\"instance\":\"entered\"}");
    FINE(rph_enter(entered, NULL, &turn));
    nothing_given();
    nothing_to_do();
    texts();
    empty_names();
    empty_and_awaited();
    empty();
    empty_in_a_turn();
    options();
    rph_turn_free(turn);
    rph_instance_free(entered);
    rph_instance_free(instance);
    rph_host_free(host);
    rph_reply_free(reply);
}
