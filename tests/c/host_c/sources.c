// Where instances come from beside a file: an rp.toml, and this program itself.
#include <unistd.h>

#include "check.h"

static void configured(rph_reply *reply)
{
    char path[] = "/tmp/rp-host-XXXXXX.toml", text[8192];
    int file = mkstemps(path, 5);
    CHECK(file >= 0);
    snprintf(text, sizeof text,
             "limits.wait_ms = 500\nstore.memory = true\n[module.test-minimal]\npath = \"%s\"\n"
             "[instance.one]\nmodule = \"test-minimal\"\n[instance.two]\nmodule = \"test-minimal\"\n",
             module_path("test_minimal"));
    CHECK(write(file, text, strlen(text)) == (ssize_t)strlen(text) && close(file) == 0);
    rph_builder *builder = rph_builder_new();
    rph_host *host = NULL;
    FINE(rph_builder_config(builder, TEXT(path)));
    FINE(rph_builder_build(builder, &host));
    rph_instance *two = rph_find(host, TEXT("two"));
    FINE(rph_command(two, TEXT("ping"), NULL, 0, NULL, reply, NULL));
    rph_instance_free(two);
    rph_host_free(host);
    CHECK(unlink(path) == 0);
}

static void misconfigured(void)
{
    rph_builder *builder = rph_builder_new();
    rph_host *host = NULL;
    FINE(rph_builder_options(builder, TEXT("{\"module\":{\"a\":{\"path\":\"nowhere.so\"}}}")));
    rph_error *error = rph_builder_build(builder, &host);
    CHECK(error != NULL && strcmp(rph_error_path(error), "options") == 0);
    FAILS(error, "rp::load::not_found");
    CHECK(host == NULL);
}

static void *create(const rp_host *host)
{
    static char instance;
    (void)host;
    return &instance;
}

static void destroy(void *self)
{
    (void)self;
}

static rp_status answer(void *self, const rp_message *message, rp_reply *reply)
{
    static const char response[] = "{\"status\":\"success\",\"data\":{\"linked\":true}}";
    (void)self, (void)message;
    return rp_reply_write(reply, response, sizeof response - 1);
}

static const rp_module *RP_CALL entry(void)
{
    static const rp_module MODULE = {
        sizeof MODULE, 0, "{\"name\":\"linked\",\"version\":\"1.0.0\",\"protocol\":\"1.0\"}", create, destroy, answer};
    return &MODULE;
}

static void linked(rph_reply *reply)
{
    rph_host *host = new_host("{}");
    rph_instance *instance = NULL;
    FAILS(rph_add_static(host, entry, TEXT("{\"name\":\"other\"}"), &instance), "rp::load::unexpected_name");
    FINE(rph_add_static(host, entry, NULL, 0, &instance));
    FINE(rph_command(instance, TEXT("any"), TEXT("[1]"), NULL, reply, NULL));
    CHECK(strcmp(rph_reply_data(reply, NULL), "{\"linked\":true}") == 0);
    CHECK(rph_instance_path(instance) == NULL && strcmp(rph_instance_name(instance), "linked") == 0);
    rph_instance_free(instance);
    rph_host_free(host);
}

// A module that is recorded, and then is not there.
static void recorded(rph_reply *reply)
{
    char path[] = "/tmp/rp-host-XXXXXX.jsonl", options[256];
    int file = mkstemps(path, 6);
    CHECK(file >= 0 && close(file) == 0);
    snprintf(options, sizeof options, "{\"record\":\"%s\"}", path);
    rph_host *host = new_host(options);
    rph_instance *minimal = load(host, "test_minimal", "");
    FINE(rph_command(minimal, TEXT("echo"), TEXT("{\"said\":1}"), NULL, reply, NULL));
    FINE(rph_unload_all(host));
    rph_instance_free(minimal);
    rph_host_free(host);
    host = new_host("{}");
    snprintf(options, sizeof options, "{\"recorded\":\"%s\"}", path);
    FINE(rph_load(host, TEXT("nowhere/libtest_minimal.so"), TEXT(options), &minimal));
    rp_status status = 7;
    FINE(rph_command(minimal, TEXT("echo"), TEXT("{\"said\":1}"), NULL, reply, &status));
    CHECK(status == RP_OK && strcmp(rph_reply_data(reply, NULL), "{\"said\":1}") == 0);
    FINE(rph_command(minimal, TEXT("echo"), TEXT("{\"said\":2}"), NULL, reply, &status));
    CHECK(status == RP_FAILED && strcmp(rph_reply_code(reply, NULL), "not_found") == 0);
    rph_instance_free(minimal);
    rph_host_free(host);
    CHECK(unlink(path) == 0);
    rph_builder *builder = rph_builder_new();
    FINE(rph_builder_options(builder, TEXT("{\"record\":\"/nowhere/r.jsonl\"}")));
    FAILS(rph_builder_build(builder, &host), "rp::record::unwritable");
    builder = rph_builder_new();
    FINE(rph_builder_options(builder, TEXT("{\"record\":\"/nowhere/r.jsonl\",\"trace\":{\"redact\":[\"/a\"]}}")));
    FAILS(rph_builder_build(builder, &host), "rp::host::argument");
}

void sources(void)
{
    rph_reply *reply = rph_reply_new(0);
    configured(reply);
    misconfigured();
    linked(reply);
    recorded(reply);
    rph_reply_free(reply);
}
