// A module whose command `fault` does what its argument `kind` names, see faulty.h: {"name":"fault","args":{"kind":"segv"}}.
// The answer, where there is one, is {"came":"done"}, or the name of an error in place of `done`.
//
//   ping                {"pong":true}
//   count {"n"}         writes `call N` into the log, then answers {"n":N}; the event `tick` with {"n"} writes `event N`
//   ask {"module",...}  sends `fault` with its own arguments to that module, and answers {"response": what came}
//   flood               a response that no host takes
//
// {"fault":"init"} in its configuration, or shutdown or destroy, crashes it there; so does constructor or create in the name
// of its file. {"fault":"held"} has the first init do what `held` does.
#include "faulty.h"

#include "rp_sdk.h"

#ifndef NAME
#define NAME "faulty-c"
#endif

// Faults of one language alone come first.
#ifndef OWN_FAULTS
static const fault own_faults[] = {{"", NULL}};
#endif

typedef struct faulty {
    const rp_host *host;
    char at[32]; // where it crashes
} faulty;

__attribute__((constructor)) static void loaded(void)
{
    if (strstr(own_file(), "constructor") != NULL) fault_segv();
}

static void *create(const rp_host *host)
{
    faulty *self = (faulty *)calloc(1, sizeof *self);
    if (strstr(own_file(), "create") != NULL) fault_segv();
    self->host = host;
    return self;
}

static void crash_at(const faulty *self, const char *place)
{
    if (strcmp(self->at, place) == 0) fault_segv();
}

static void destroy(void *instance)
{
    crash_at((faulty *)instance, "destroy");
    free(instance);
}

static fault_function named(rp_json kind, const fault *list, size_t count)
{
    size_t i;
    for (i = 0; i < count; i++) {
        if (rp_json_equals(kind, list[i].kind)) return list[i].run;
    }
    return NULL;
}

static rp_status run_fault(rp_json args, rp_reply *reply)
{
    rp_json kind = rp_json_get(args, "kind");
    fault_function run = named(kind, own_faults, sizeof own_faults / sizeof *own_faults);
    const char *end;
    rp_writer data;
    if (run == NULL) run = named(kind, faults, sizeof faults / sizeof *faults);
    if (run == NULL) return rp_answer_error_json(reply, RP_CODE_INVALID_PAYLOAD, "no such fault: ", kind);
    end = run();
    data = rp_answer_start(reply);
    rp_writer_key(&data, "came");
    rp_writer_string(&data, end);
    return rp_answer_finish(&data);
}

static rp_status count(const faulty *self, uint64_t id, const char *what, rp_json args, rp_reply *reply)
{
    int64_t n = 0;
    char line[64];
    rp_writer data;
    rp_json_read_int(rp_json_get(args, "n"), &n);
    snprintf(line, sizeof line, "%s %lld", what, (long long)n);
    rp_host_log(self->host, id, RP_LOG_INFO, line);
    data = rp_answer_start(reply);
    rp_writer_key(&data, "n");
    rp_writer_int(&data, n);
    return rp_answer_finish(&data);
}

static rp_status ask(const faulty *self, uint64_t id, rp_json args, rp_reply *reply)
{
    rp_reply came = rp_reply_create();
    rp_reply payload = rp_reply_create();
    rp_writer message = rp_writer_start(&payload);
    rp_writer data;
    rp_json response = rp_json_literal("{}");
    rp_status status;
    rp_writer_open_object(&message);
    rp_writer_key(&message, "module");
    rp_writer_json(&message, rp_json_get(args, "module"));
    rp_writer_key(&message, "name");
    rp_writer_string(&message, "fault");
    rp_writer_key(&message, "args");
    rp_writer_json(&message, args);
    rp_writer_close(&message);
    rp_writer_finish(&message);
    status = rp_host_send(self->host, id, "command", rp_reply_text(&payload), &came);
    if (RP_HAS_RESPONSE(status)) rp_json_parse(rp_reply_text(&came), &response);
    data = rp_answer_start(reply);
    rp_writer_key(&data, "response");
    rp_writer_json(&data, response);
    status = rp_answer_finish(&data);
    rp_reply_destroy(&payload);
    rp_reply_destroy(&came);
    return status;
}

static rp_status flood(rp_reply *reply)
{
    static char block[1 << 16];
    rp_status status = RP_OK;
    memset(block, ' ', sizeof block);
    while (status == RP_OK) status = rp_reply_write(reply, block, sizeof block);
    return status;
}

static rp_status command(const faulty *self, uint64_t id, rp_json payload, rp_reply *reply)
{
    rp_json name, args;
    rp_status opened = rp_command_open(payload, reply, &name, &args);
    if (opened != RP_OK) return opened;
    if (rp_json_equals(name, "fault")) return run_fault(args, reply);
    if (rp_json_equals(name, "ping")) return rp_answer_json(reply, rp_json_literal("{\"pong\":true}"));
    if (rp_json_equals(name, "count")) return count(self, id, "call", args, reply);
    if (rp_json_equals(name, "ask")) return ask(self, id, args, reply);
    if (rp_json_equals(name, "flood")) return flood(reply);
    return rp_answer_error_json(reply, RP_CODE_UNKNOWN_COMMAND, "unknown command: ", name);
}

static rp_status handle_message(void *instance, const rp_message *message, rp_reply *reply)
{
    faulty *self = (faulty *)instance;
    rp_json payload;
    rp_status opened = rp_message_open(self, message, reply, &payload);
    if (opened != RP_OK) return opened;
    if (rp_str_eq(message->type, "command")) return command(self, message->id, payload, reply);
    if (rp_str_eq(message->type, "event")) {
        return count(self, message->id, "event", rp_json_get(payload, "data"), reply);
    }
    if (rp_str_eq(message->type, "init")) {
        size_t len = 0;
        rp_json_read_string(rp_json_get(rp_json_get(payload, "config"), "fault"), self->at, sizeof self->at - 1, &len);
        self->at[len] = 0;
    }
    if (rp_str_eq(message->type, "init")) {
        crash_at(self, "init");
        if (strcmp(self->at, "held") == 0 && !rp_json_is(rp_json_get(payload, "restart"), RP_JSON_OBJECT)) fault_held();
    }
    if (rp_str_eq(message->type, "shutdown")) crash_at(self, "shutdown");
    return rp_answer_empty(reply);
}

RP_MODULE(0,
          "{\"name\":\"" NAME "\",\"version\":\"1.0.0\",\"protocol\":\"1.0\","
          "\"requests\":{\"subscribe\":[\"tick\"],\"call\":[\"*\"]}}",
          create, destroy, handle_message);
