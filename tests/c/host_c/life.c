// The life of a host: what it is told, what it tells, and that each drop is called once.
#include "check.h"

static int dropped, logged, traced, progressed;

static void RP_CALL drop(void *context)
{
    ++*(int *)context;
}

static void RP_CALL on_log(void *context, const rph_log *line)
{
    CHECK(context == &dropped && line->struct_size == sizeof *line && line->text.len > 0);
    CHECK(line->level >= RP_LOG_ERROR && line->level <= RP_LOG_TRACE);
    logged++;
}

static void RP_CALL on_trace(void *context, const char *json, size_t len)
{
    CHECK(context == &dropped && json[0] == '{' && json[len - 1] == '}');
    traced++;
}

static void RP_CALL on_progress(void *context, const char *json, size_t len)
{
    CHECK(context == &dropped && has_part(json, len, "\"note\":\"working\""));
    progressed++;
}

static int64_t RP_CALL clock_of(void *context)
{
    CHECK(context == &dropped);
    return 1234567;
}

static void RP_CALL random_of(void *context, void *data, size_t len)
{
    CHECK(context == &dropped);
    memset(data, 7, len);
}

static rph_host *watched(void)
{
    rph_builder *builder = rph_builder_new();
    rph_host *host = NULL;
    FINE(rph_builder_options(builder, TEXT("{\"name\":\"c\",\"count_calls\":true,\"metrics\":true,\"call_threads\":2,"
                                           "\"store\":{\"memory\":true},\"limits\":{\"wait_ms\":5000}}")));
    rph_builder_on_log(builder, on_log, &dropped, drop);
    // One that is replaced is dropped, and so is one without a function.
    rph_builder_on_log(builder, on_log, &dropped, drop);
    CHECK(dropped == 1);
    rph_builder_on_trace(builder, NULL, &dropped, drop);
    CHECK(dropped == 2);
    rph_builder_on_trace(builder, on_trace, &dropped, drop);
    rph_builder_on_progress(builder, on_progress, &dropped, drop);
    rph_builder_clock(builder, clock_of, &dropped, drop);
    rph_builder_random(builder, random_of, &dropped, drop);
    // Options that are refused change nothing.
    FAILS(rph_builder_options(builder, TEXT("{\"nmae\":1}")), "rp::config::malformed");
    FINE(rph_builder_build(builder, &host));
    CHECK(dropped == 2);
    return host;
}

static void replies(const rph_instance *relay)
{
    rph_reply *reply = rph_reply_new(1 << 20);
    rp_status status = 7;
    size_t len = 0;
    CHECK(rph_reply_limit(reply) == 1 << 20 && rph_reply_text(reply, &len)[0] == '\0' && len == 0);
    rph_reply_reserve(reply, 4096);
    FINE(rph_command(relay, TEXT("heard"), NULL, 0, NULL, reply, &status));
    CHECK(status == RP_OK && strcmp(rph_reply_data(reply, &len), "{\"events\":[]}") == 0 && len == 13);
    CHECK(rph_reply_error(reply, NULL) == NULL && rph_reply_code(reply, NULL) == NULL);
    CHECK(strlen(rph_reply_text(reply, &len)) == len);
    FINE(rph_command(relay, TEXT("nothing"), NULL, 0, NULL, reply, &status));
    CHECK(status == RP_FAILED && strcmp(rph_reply_code(reply, &len), "unknown_command") == 0 && len == 15);
    CHECK(rph_reply_error(reply, NULL)[0] != '\0');
    rph_call_options unchecked = {sizeof unchecked, RPH_UNCHECKED, 0, NULL};
    FINE(rph_call(relay, TEXT("command"), TEXT("{\"name\":\"heard\"}"), &unchecked, reply, &status));
    CHECK(status == RP_OK && strcmp(rph_reply_data(reply, NULL), "{\"events\":[]}") == 0);
    rph_reply_clear(reply);
    CHECK(rph_reply_text(reply, NULL)[0] == '\0' && rph_reply_data(reply, NULL) == NULL);
    rph_call_options late = {sizeof late, 0, -1, NULL};
    FAILS(rph_command(relay, TEXT("work"), TEXT("{\"steps\":60000}"), &late, reply, &status), "rp::call::timeout");
    rph_call_options soon = {sizeof soon, 0, 20000, NULL};
    FAILS(rph_command(relay, TEXT("work"), TEXT("{\"steps\":60000}"), &soon, reply, &status), "rp::call::timeout");
    rph_cancel *cancel = rph_cancel_new();
    rph_cancel_now(cancel);
    CHECK(rph_cancel_is_cancelled(cancel) == 1);
    rph_call_options taken_back = {sizeof taken_back, 0, 0, cancel};
    FAILS(rph_command(relay, TEXT("work"), TEXT("{\"steps\":60000}"), &taken_back, reply, &status),
          "rp::call::cancelled");
    rph_cancel_free(cancel);
    rph_reply_free(reply);
}

static void told(const rph_host *host, const rph_instance *relay)
{
    rph_reply *reply = rph_reply_new(0);
    FINE(rph_instances(host, reply));
    CHECK(strstr(rph_reply_text(reply, NULL), "\"instance\":\"relay\",\"module\":\"test-relay\"") != NULL);
    CHECK(rph_reply_data(reply, NULL) == NULL);
    FINE(rph_instance_counters(relay, reply));
    CHECK(strstr(rph_reply_text(reply, NULL), "\"bytes_out\":") != NULL);
    FINE(rph_metrics(host, reply));
    CHECK(strstr(rph_reply_text(reply, NULL), "\"type\":\"init\",\"name\":\"\",\"calls\":1,") != NULL);
    CHECK(strstr(rph_reply_text(reply, NULL), "\"calls_waiting\":0,\"calls_in_progress\":0,") != NULL);
    CHECK(strstr(rph_reply_text(reply, NULL), "\"subscribers\":[") != NULL);
    FINE(rph_metrics_text(host, reply));
    CHECK(strstr(rph_reply_text(reply, NULL), "rp_calls_waiting{instance=\"relay\"") != NULL);
    CHECK(strstr(rph_reply_text(reply, NULL), "rp_instance_ready{instance=\"relay\"") != NULL);
    FINE(rph_instance_worker(relay, reply));
    CHECK(strcmp(rph_reply_text(reply, NULL), "null") == 0);
    FINE(rph_pending_subscribers(host, reply));
    CHECK(rph_reply_text(reply, NULL)[0] == '[');
    FINE(rph_inspect(TEXT(module_path("test_relay")), NULL, 0, reply));
    CHECK(strstr(rph_reply_text(reply, NULL), "\"name\":\"test-relay\"") != NULL);
    FAILS(rph_inspect(TEXT(module_path("test_relay")), TEXT("{\"name\":\"other\"}"), reply),
          "rp::load::unexpected_name");
    FINE(rph_library_file_name(TEXT("test-minimal"), reply));
    CHECK(strstr(rph_reply_text(reply, NULL), "test_minimal") != NULL);
    FINE(rph_isolation_support(reply));
    CHECK(rph_reply_text(reply, NULL)[0] == '[');
    CHECK(strcmp(rph_instance_name(relay), "relay") == 0 && rph_instance_path(relay) != NULL);
    CHECK(rph_instance_manifest(relay) == rph_instance_manifest(relay));
    CHECK(rph_find(host, TEXT("nobody")) == NULL);
    rph_reply_free(reply);
}

static void stored(const rph_host *host)
{
    rph_reply *reply = rph_reply_new(0);
    rp_status status = 7;
    FINE(rph_send(host, TEXT("mutation"), TEXT("{\"entity\":\"note\",\"operation\":\"create\",\"data\":{\"a\":1}}"),
                  NULL, reply, &status));
    CHECK(status == RP_OK);
    FINE(rph_send(host, TEXT("query"), TEXT("{\"entity\":\"note\"}"), NULL, reply, &status));
    CHECK(status == RP_OK && strstr(rph_reply_data(reply, NULL), "\"created_us\":1234567") != NULL);
    FINE(rph_send(host, TEXT("nothing.knows"), TEXT("{}"), NULL, reply, &status));
    CHECK(status == RP_FAILED && strcmp(rph_reply_code(reply, NULL), "not_supported") == 0);
    rph_reply_free(reply);
}

void life(void)
{
    CHECK(rph_abi_version() == RPH_ABI_VERSION && rph_version()[0] != '\0' && rph_features() != NULL);
    rph_host *host = watched();
    rph_instance *relay = load(host, "test_relay", "{\"instance\":\"relay\",\"grant_requested\":true}");
    rph_instance *again = rph_find(host, TEXT("relay"));
    CHECK(again != NULL && again != relay && rph_instance_is_ready(again) == 1);
    replies(relay);
    told(host, relay);
    stored(host);
    FAILS(rph_load(host, TEXT(module_path("test_relay")), TEXT("{\"instance\":\"relay\"}"), &again),
          "rp::load::duplicate_name");
    FAILS(rph_load_wasm(host, TEXT(module_path("test_relay")), NULL, 0, &again), "rp::load::not_wasm");
    rph_instance *replaced = NULL;
    FINE(rph_replace(host, TEXT("relay"), TEXT(module_path("test_minimal")), TEXT("{}"), &replaced));
    CHECK(strstr(rph_instance_manifest(relay), "test-minimal") != NULL);
    FINE(rph_replace(host, TEXT("relay"), TEXT(module_path("test_relay")), NULL, 0, NULL));
    FINE(rph_unload(relay));
    FAILS(rph_unload(relay), "rp::call::unavailable");
    CHECK(rph_instance_is_ready(again) == 0);
    FINE(rph_unload_all(host));
    rph_host_free(host);
    CHECK(dropped == 2 && traced > 5 && logged > 0 && progressed > 0);
    // Handles outlive their host, and the last of them lets the callbacks go.
    rph_reply *reply = rph_reply_new(0);
    FAILS(rph_command(relay, TEXT("heard"), NULL, 0, NULL, reply, NULL), "rp::call::unavailable");
    rph_reply_free(reply);
    rph_instance_free(again);
    rph_instance_free(replaced);
    rph_instance_free(relay);
    CHECK(dropped == 7);
}
