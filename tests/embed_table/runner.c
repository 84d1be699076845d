// The table's runner for hosts in C: runner TABLE FOLDER PREFIX SUFFIX, where the file of the module NAME is
// FOLDER/PREFIX NAME SUFFIX. Prints the transcript.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rp_host.h"
#include "rp_sdk.h"

enum { MOST_INSTANCES = 16, MOST_FIELDS = 4, LONGEST_LINE = 4096 };

// What the host tells, on whatever thread.
typedef struct told {
    pthread_mutex_t lock;
    unsigned lines, messages;
    char last[LONGEST_LINE]; // the last line of log
} told;

typedef struct runner {
    const char *folder, *prefix, *suffix;
    rph_host *host;
    rph_instance *instances[MOST_INSTANCES];
    size_t count;
    rph_subscription *subscription;
    rph_reply *reply;
    told told;
} runner;

// The arguments of a step; one that is missing is empty.
typedef const char *const *arguments;

static void print_error(rph_error *error)
{
    static const char *const faults[] = {"", "module", "host", "operator"};
    printf("error\t%s\t%s", rph_error_code(error), faults[rph_error_fault(error)]);
    rph_error_free(error);
}

static void print_done(rph_error *error)
{
    if (error == NULL) printf("ok");
    else print_error(error);
}

static void RP_CALL on_log(void *context, const rph_log *line)
{
    static const char *const levels[] = {"", "error", "warn", "info", "debug", "trace"};
    told *all = context;
    pthread_mutex_lock(&all->lock);
    all->lines++;
    snprintf(all->last, sizeof all->last, "%s\t%.*s\t%.*s", levels[line->level], (int)line->instance.len,
             line->instance.data, (int)line->text.len, line->text.data);
    pthread_mutex_unlock(&all->lock);
}

static void RP_CALL on_trace(void *context, const char *json, size_t len)
{
    told *all = context;
    (void)json;
    (void)len;
    pthread_mutex_lock(&all->lock);
    all->messages++;
    pthread_mutex_unlock(&all->lock);
}

static int64_t RP_CALL clock_us(void *context)
{
    (void)context;
    return 1234567;
}

static void RP_CALL fill(void *context, void *data, size_t len)
{
    (void)context;
    memset(data, 171, len);
}

static rp_status RP_CALL echo(void *context, const rp_str *sender, const rp_message *message, rp_reply *reply)
{
    const rp_json payload = {message->payload};
    rp_writer data = rp_answer_start(reply);
    (void)context;
    rp_writer_key(&data, "sender");
    rp_writer_str(&data, *sender);
    rp_writer_key(&data, "payload");
    rp_writer_json(&data, payload);
    return rp_answer_finish(&data);
}

static rp_status RP_CALL refuse(void *context, const rp_str *sender, const rp_message *message, rp_reply *reply)
{
    (void)context;
    (void)sender;
    (void)message;
    return rp_answer_error_values(reply, rp_json_literal("\"conflict\""), rp_json_literal("\"refused\""),
                                  rp_json_literal("{\"by\":\"embedder\"}"));
}

static rph_error *add_services(rph_builder *builder)
{
    rph_error *error = rph_builder_service(builder, "embedder.echo", 13, echo, NULL, NULL);
    if (error != NULL) return error;
    return rph_builder_service(builder, "embedder.refuse", 15, refuse, NULL, NULL);
}

// Frees what belongs to the host, and the host.
static void end(runner *self)
{
    while (self->count > 0) rph_instance_free(self->instances[--self->count]);
    rph_subscription_free(self->subscription);
    rph_host_free(self->host);
    self->subscription = NULL;
    self->host = NULL;
}

static rph_error *build(runner *self, const char *options)
{
    rph_builder *builder = rph_builder_new();
    rph_error *error = rph_builder_options(builder, options, strlen(options));
    if (error == NULL) error = add_services(builder);
    if (error != NULL) {
        rph_builder_free(builder);
        return error;
    }
    rph_builder_on_log(builder, on_log, &self->told, NULL);
    rph_builder_on_trace(builder, on_trace, &self->told, NULL);
    rph_builder_clock(builder, clock_us, NULL, NULL);
    rph_builder_random(builder, fill, NULL, NULL);
    return rph_builder_build(builder, &self->host);
}

static void start(runner *self, arguments given)
{
    end(self);
    print_done(build(self, given[0]));
}

static void load(runner *self, arguments given)
{
    char path[LONGEST_LINE];
    rph_instance *instance;
    rph_error *error;
    if (self->host == NULL) {
        printf("no host");
        return;
    }
    snprintf(path, sizeof path, "%s/%s%s%s", self->folder, self->prefix, given[0], self->suffix);
    error = rph_load(self->host, path, strlen(path), given[1], strlen(given[1]), &instance);
    if (error == NULL) self->instances[self->count++] = instance;
    print_done(error);
}

// The newest handle of that name, or NULL; says so.
static const rph_instance *instance_of(const runner *self, const char *name)
{
    size_t at = self->count;
    while (at-- > 0) {
        if (strcmp(rph_instance_name(self->instances[at]), name) == 0) return self->instances[at];
    }
    printf("no handle");
    return NULL;
}

static void print_response(runner *self, rph_error *error, rp_status status)
{
    const char *data, *code;
    if (error != NULL) {
        print_error(error);
        return;
    }
    data = rph_reply_data(self->reply, NULL);
    code = rph_reply_code(self->reply, NULL);
    if (status == RP_OK) printf("success\t%s", data == NULL ? "" : data);
    else printf("failed\t%s\t%s", code == NULL ? "" : code, rph_reply_error(self->reply, NULL));
    if (status != RP_OK && data != NULL) printf("\t%s", data);
}

static void command_with(runner *self, arguments given, const rph_call_options *options)
{
    const rph_instance *instance = instance_of(self, given[0]);
    rp_status status = RP_FAILED;
    rph_error *error;
    if (instance == NULL) return;
    error =
        rph_command(instance, given[1], strlen(given[1]), given[2], strlen(given[2]), options, self->reply, &status);
    print_response(self, error, status);
}

static void command(runner *self, arguments given)
{
    command_with(self, given, NULL);
}

static void late(runner *self, arguments given)
{
    const rph_call_options options = {sizeof options, 0, -1, NULL};
    command_with(self, given, &options);
}

static void cancelled(runner *self, arguments given)
{
    rph_cancel *cancel = rph_cancel_new();
    rph_call_options options = {sizeof options, 0, 0, NULL};
    options.cancel = cancel;
    rph_cancel_now(cancel);
    command_with(self, given, &options);
    rph_cancel_free(cancel);
}

static void call(runner *self, arguments given)
{
    const rph_instance *instance = instance_of(self, given[0]);
    rp_status status = RP_FAILED;
    rph_error *error;
    if (instance == NULL) return;
    error = rph_call(instance, given[1], strlen(given[1]), given[2], strlen(given[2]), NULL, self->reply, &status);
    print_response(self, error, status);
}

static void unchecked(runner *self, arguments given)
{
    const rph_call_options options = {sizeof options, RPH_UNCHECKED, 0, NULL};
    const rph_instance *instance = instance_of(self, given[0]);
    rph_error *error;
    if (instance == NULL) return;
    error = rph_call(instance, given[1], strlen(given[1]), given[2], strlen(given[2]), &options, self->reply, NULL);
    if (error != NULL) print_error(error);
    else printf("ok\t%s", rph_reply_text(self->reply, NULL));
}

static void ready(runner *self, arguments given)
{
    const rph_instance *instance = instance_of(self, given[0]);
    if (instance != NULL) printf("ok\t%s", rph_instance_is_ready(instance) ? "true" : "false");
}

static void find(runner *self, arguments given)
{
    rph_instance *found = rph_find(self->host, given[0], strlen(given[0]));
    printf("ok\t%s", found != NULL ? "found" : "none");
    rph_instance_free(found);
}

static void unload(runner *self, arguments given)
{
    const rph_instance *instance = instance_of(self, given[0]);
    if (instance != NULL) print_done(rph_unload(instance));
}

static void subscribe(runner *self, arguments given)
{
    const uint32_t limit = (uint32_t)strtoul(given[1], NULL, 10);
    rph_subscription_free(self->subscription);
    self->subscription = NULL;
    print_done(rph_subscribe(self->host, given[0], strlen(given[0]), limit, &self->subscription));
}

static void emit(runner *self, arguments given)
{
    print_done(rph_publish(self->host, given[0], strlen(given[0]), given[1], strlen(given[1])));
}

static void settle(runner *self, arguments given)
{
    (void)given;
    print_done(rph_drain_events(self->host, 60 * 1000 * 1000));
}

// A member of an event, as it is in the text; of a string what is between the quotes.
static void print_member(rp_json event, const char *key, bool is_string)
{
    rp_json member = rp_json_get(event, key);
    const size_t quote = is_string ? 1 : 0;
    if (rp_json_is(member, RP_JSON_NOTHING)) member = rp_json_literal("null");
    printf("\t%.*s", (int)(member.text.len - 2 * quote), member.text.data + quote);
}

static void next(runner *self, arguments given)
{
    rp_json event;
    rp_str text;
    rph_error *error;
    (void)given;
    if (self->subscription == NULL) {
        printf("no subscription");
        return;
    }
    error = rph_next(self->subscription, 0, self->reply);
    if (error != NULL) {
        print_error(error);
        return;
    }
    text.data = rph_reply_text(self->reply, &text.len);
    if (rp_json_parse(text, &event) != RP_JSON_OK) return;
    printf("ok");
    print_member(event, "event", true);
    print_member(event, "from", true);
    print_member(event, "data", false);
}

static void logged(runner *self, arguments given)
{
    told *all = &self->told;
    (void)given;
    pthread_mutex_lock(&all->lock);
    printf("ok\t%u", all->lines);
    if (all->lines > 0) printf("\t%s", all->last);
    all->lines = 0;
    pthread_mutex_unlock(&all->lock);
}

static void traced(runner *self, arguments given)
{
    (void)given;
    pthread_mutex_lock(&self->told.lock);
    printf("ok\t%u", self->told.messages);
    self->told.messages = 0;
    pthread_mutex_unlock(&self->told.lock);
}

static void close_all(runner *self, arguments given)
{
    (void)given;
    print_done(rph_unload_all(self->host));
}

static const struct step {
    const char *name;
    void (*run)(runner *self, arguments given);
} steps[] = {
    {"host", start},          {"load", load},     {"command", command},     {"late", late},
    {"cancelled", cancelled}, {"call", call},     {"ready", ready},         {"find", find},
    {"unchecked", unchecked}, {"unload", unload}, {"subscribe", subscribe}, {"emit", emit},
    {"settle", settle},       {"next", next},     {"logged", logged},       {"traced", traced},
    {"close", close_all},
};

static void run_step(runner *self, unsigned number, const char *name, arguments given)
{
    size_t at;
    printf("%u\t%s\t", number, name);
    for (at = 0; at < sizeof steps / sizeof *steps; at++) {
        if (strcmp(steps[at].name, name) == 0) steps[at].run(self, given);
    }
    printf("\n");
}

// Cuts a line into its fields.
static void cut(char *line, const char *fields[MOST_FIELDS])
{
    size_t at;
    line[strcspn(line, "\n")] = '\0';
    for (at = 0; at < MOST_FIELDS; at++) {
        fields[at] = line;
        line += strcspn(line, "\t");
        if (*line != '\0') *line++ = '\0';
    }
}

static void run(runner *self, FILE *table)
{
    char line[LONGEST_LINE];
    unsigned number = 0;
    while (fgets(line, sizeof line, table) != NULL) {
        const char *fields[MOST_FIELDS];
        if (line[0] == '#' || line[0] == '\n') continue;
        cut(line, fields);
        run_step(self, ++number, fields[0], fields + 1);
    }
}

int main(int count, char **given)
{
    static runner self = {.told = {.lock = PTHREAD_MUTEX_INITIALIZER}};
    FILE *table = count == 5 ? fopen(given[1], "r") : NULL;
    if (table == NULL) {
        fprintf(stderr, "usage: %s TABLE FOLDER PREFIX SUFFIX\n", given[0]);
        return 2;
    }
    self.folder = given[2];
    self.prefix = given[3];
    self.suffix = given[4];
    self.reply = rph_reply_new(0);
    run(&self, table);
    end(&self);
    rph_reply_free(self.reply);
    fclose(table);
    return 0;
}
