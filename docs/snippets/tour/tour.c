// What a program does with modules, in C; beside it the same in Rust, C++ and Python.
//
// usage: tour FOLDER, which has the modules
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rp_host.h"
#include "rp_sdk.h"

// ANCHOR: errors
// Ends the program with what went wrong.
static void check(rph_error *error)
{
    if (error == NULL) return;
    fprintf(stderr, "%s (%s)\n", rph_error_text(error), rph_error_code(error));
    exit(1);
}

// Tells the code of an error, and frees it.
static void tell(const char *what, rph_error *error)
{
    if (error == NULL) return;
    printf("%s: %s\n", what, rph_error_code(error));
    rph_error_free(error);
}
// ANCHOR_END: errors

// ANCHOR: log
static void RP_CALL on_log(void *context, const rph_log *line)
{
    (void)context;
    fprintf(stderr, "%.*s: %.*s\n", (int)line->instance.len, line->instance.data, (int)line->text.len, line->text.data);
}
// ANCHOR_END: log

// ANCHOR: service
static rp_status RP_CALL match(void *context, const rp_str *sender, const rp_message *message, rp_reply *reply)
{
    (void)context;
    printf("asked: %.*s by %.*s\n", (int)message->type.len, message->type.data, (int)sender->len, sender->data);
    return rp_answer_json(reply, rp_json_literal("{\"people\":[\"Ryan\"]}"));
}
// ANCHOR_END: service

static rph_host *start(void)
{
    // ANCHOR: host
    static const char options[] = "{\"name\":\"tour\",\"store\":{\"memory\":true}}";
    rph_builder *builder = rph_builder_new();
    rph_host *host;
    check(rph_builder_options(builder, options, strlen(options)));
    rph_builder_on_log(builder, on_log, NULL, NULL);
    check(rph_builder_service(builder, "genealogy.match", 15, match, NULL, NULL));
    check(rph_builder_build(builder, &host));
    // ANCHOR_END: host
    return host;
}

// ANCHOR: load
static rph_instance *load(const rph_host *host, const char *folder, const char *file, const char *options)
{
    char path[1024];
    rph_instance *instance;
    snprintf(path, sizeof path, "%s/%s", folder, file);
    check(rph_load(host, path, strlen(path), options, strlen(options), &instance));
    return instance;
}

static const char of_log[] =
    "{\"instance\":\"log\",\"config\":{\"state\":\"store\"},\"grants\":{\"read\":[\"research_log.*\"],"
    "\"write\":[\"research_log.*\"],\"emit\":[\"research_log.*\"]}}";
static const char of_desk[] = "{\"instance\":\"desk\",\"version\":\">=0.1\"}";
// ANCHOR_END: load

// ANCHOR: call
static rp_status command(const rph_instance *instance, const char *name, const char *args, rph_reply *reply)
{
    rp_status status;
    check(rph_command(instance, name, strlen(name), args, strlen(args), NULL, reply, &status));
    return status;
}

static void keep(const rph_instance *log, rph_reply *reply)
{
    rp_json data = {{NULL, 0}};
    if (command(log, "create_log", "{\"title\":\"Parents of John Ryan\"}", reply) != RP_OK) return;
    data.text.data = rph_reply_data(reply, &data.text.len);
    rp_json number = rp_json_get(rp_json_get(data, "data"), "number");
    printf("kept as number %.*s\n", (int)number.text.len, number.text.data);
}
// ANCHOR_END: call

static void fail(const rph_host *host, const rph_instance *log, rph_reply *reply)
{
    // ANCHOR: refused
    rph_instance *none;
    if (command(log, "create_log", "{\"title\":\" \"}", reply) == RP_FAILED) {
        printf("refused: %s\n", rph_reply_code(reply, NULL));
    }
    tell("not loaded", rph_load(host, "nowhere.so", 10, NULL, 0, &none));
    // ANCHOR_END: refused
}

static void be_late(const rph_instance *desk, rph_reply *reply)
{
    // ANCHOR: deadline
    rph_call_options soon = {sizeof soon, 0, 50 * 1000, NULL};
    tell("late", rph_command(desk, "work", 4, "{\"steps\":60000}", 15, &soon, reply, NULL));
    // ANCHOR_END: deadline
}

static void ask(const rph_instance *desk, rph_reply *reply)
{
    // ANCHOR: asked
    command(desk, "send", "{\"type\":\"genealogy.match\",\"payload\":{\"surname\":\"Ryan\"}}", reply);
    // ANCHOR_END: asked
}

// ANCHOR: events
static void print_member(const char *before, rp_json object, const char *name)
{
    rp_json text = rp_json_get(object, name);
    printf("%s%.*s", before, (int)text.text.len - 2, text.text.data + 1);
}

static void hear(const rph_host *host, const rph_instance *log, rph_reply *reply)
{
    rph_subscription *events;
    rp_json event = {{NULL, 0}};
    check(rph_subscribe(host, "research_log.*", 14, 16, &events));
    command(log, "add_entry", "{\"type\":\"note\",\"title\":\"Baptised in Cork\"}", reply);
    check(rph_next(events, 10 * 1000 * 1000, reply));
    event.text.data = rph_reply_text(reply, &event.text.len);
    print_member("heard: ", event, "event");
    print_member(" from ", event, "from");
    puts("");
    rph_subscription_free(events);
}
// ANCHOR_END: events

int main(int count, char **arguments)
{
    const char *folder = count > 1 ? arguments[1] : ".";
    rph_reply *reply = rph_reply_new(0);
    rph_host *host = start();
    rph_instance *log = load(host, folder, "libresearch_log.so", of_log);
    rph_instance *desk = load(host, folder, "libtest_relay.so", of_desk);
    keep(log, reply);
    fail(host, log, reply);
    be_late(desk, reply);
    ask(desk, reply);
    hear(host, log, reply);
    // ANCHOR: end
    check(rph_unload_all(host));
    rph_instance_free(log);
    rph_instance_free(desk);
    rph_reply_free(reply);
    rph_host_free(host);
    // ANCHOR_END: end
    return 0;
}
