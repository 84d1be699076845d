// A module that does what a test tells it, step by step: {"name":"run","args":{"steps":[...]}}.
// The answer holds one result for each step. A step is an object with one of these keys:
//
//   send        {"type","payload","own_cause":bool}: the result is {"status","response"}
//   cancelled   an id, or "own" for the message in work: what the host says
//   until       "cancelled": waits until the host says so of the message in work, or "closing": of id 0
//   log         a text, written as RP_LOG_WARN for the message in work
//   now, random true: the host's time; eight random bytes as an array
//   spawn       an array of steps for a thread of the instance; `join` or destroy joins it
//   leave       {"steps","report"}: a thread that nobody joins; its results go to the file `report`
//   join        true: the results of all spawned threads
//   touch, wait_file   a path: makes the file, waits for it
//   crash       true: ends the process by SIGABRT
//   return      a status: ends the message with it, without a response
//
// The configuration may hold "on_init", "on_shutdown" (steps, results in the log) and "on_destroy" (like leave).
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "rp_sdk.h"

#ifndef FLAGS
#define FLAGS 0
#endif
#ifndef NAME
#define NAME "scripted"
#endif

enum { MAX_THREADS = 8, PATIENCE_MS = 20000 };

typedef struct scripted {
    const rp_host *host;
    char *config;
    struct job *threads[MAX_THREADS];
    size_t thread_count;
} scripted;

typedef struct job {
    pthread_t thread;
    scripted *self;
    const rp_host *host; // a thread that is left behind outlives self
    uint64_t message_id;
    char *text;
    rp_reply results;
} job;

static void run(scripted *self, const rp_host *host, uint64_t id, rp_json steps, rp_writer *results, rp_status *status);

static char *copy(rp_str text)
{
    char *mine = malloc(text.len + 1);
    memcpy(mine, text.data, text.len);
    mine[text.len] = 0;
    return mine;
}

static rp_json parsed(const char *text)
{
    rp_json value = rp_json_literal("");
    if (text != NULL && rp_json_parse(rp_str_from(text), &value) != RP_JSON_OK) abort();
    return value;
}

static char *path_of(rp_json string, char *buffer, size_t capacity)
{
    size_t len = 0;
    if (rp_json_read_string(string, buffer, capacity - 1, &len) != RP_JSON_OK) abort();
    buffer[len] = 0;
    return buffer;
}

static void pause_ms(void)
{
    struct timespec ms = {0, 1000000};
    nanosleep(&ms, NULL);
}

static void publish(const char *path, rp_str text)
{
    char fresh[4096];
    FILE *file;
    snprintf(fresh, sizeof fresh, "%s.new", path);
    file = fopen(fresh, "w");
    if (file == NULL || fwrite(text.data, 1, text.len, file) != text.len || fclose(file) != 0) abort();
    if (rename(fresh, path) != 0) abort();
}

// Runs steps into an array of their own.
static void run_apart(scripted *self, const rp_host *host, uint64_t id, rp_json steps, rp_reply *into)
{
    rp_status status = RP_OK;
    rp_writer results = rp_writer_start(into);
    rp_writer_open_array(&results);
    run(self, host, id, steps, &results, &status);
    rp_writer_close(&results);
    if (rp_writer_finish(&results) != RP_JSON_OK) abort();
}

static void run_and_report(scripted *self, const rp_host *host, uint64_t id, rp_json what)
{
    char path[4096];
    rp_reply results = rp_reply_create();
    run_apart(self, host, id, rp_json_get(what, "steps"), &results);
    publish(path_of(rp_json_get(what, "report"), path, sizeof path), rp_reply_text(&results));
    rp_reply_destroy(&results);
}

static void *spawned(void *context)
{
    job *work = context;
    run_apart(work->self, work->host, work->message_id, parsed(work->text), &work->results);
    return NULL;
}

static void *left_behind(void *context)
{
    job *work = context;
    run_and_report(NULL, work->host, work->message_id, parsed(work->text));
    free(work->text);
    free(work);
    return NULL;
}

static job *start(scripted *self, const rp_host *host, uint64_t id, rp_json what, void *(*main)(void *))
{
    job *work = calloc(1, sizeof *work);
    work->self = self;
    work->host = host;
    work->message_id = id;
    work->text = copy(what.text);
    work->results = rp_reply_create();
    if (pthread_create(&work->thread, NULL, main, work) != 0) abort();
    return work;
}

static void join_all(scripted *self, rp_writer *results)
{
    size_t i;
    for (i = 0; i < self->thread_count; i++) {
        job *work = self->threads[i];
        pthread_join(work->thread, NULL);
        if (results != NULL) {
            rp_json value = rp_json_literal("");
            rp_json_parse(rp_reply_text(&work->results), &value);
            rp_writer_json(results, value);
        }
        rp_reply_destroy(&work->results);
        free(work->text);
        free(work);
    }
    self->thread_count = 0;
}

static void send(const rp_host *host, uint64_t id, rp_json what, rp_writer *results)
{
    char type[256];
    bool own_cause = false;
    rp_json response = rp_json_literal("");
    rp_reply reply = rp_reply_create();
    rp_status status;
    path_of(rp_json_get(what, "type"), type, sizeof type);
    rp_json_read_bool(rp_json_get(what, "own_cause"), &own_cause);
    status = rp_host_send(host, own_cause ? id : 0, type, rp_json_get(what, "payload").text, &reply);
    if (RP_HAS_RESPONSE(status)) rp_json_parse(rp_reply_text(&reply), &response);
    rp_writer_open_object(results);
    rp_writer_key(results, "status");
    rp_writer_int(results, status);
    if (RP_HAS_RESPONSE(status)) {
        rp_writer_key(results, "response");
        rp_writer_json(results, response);
    }
    rp_writer_close(results);
    rp_reply_destroy(&reply);
}

static bool until(const rp_host *host, uint64_t id)
{
    int ms;
    for (ms = 0; ms < PATIENCE_MS; ms++) {
        if (host->cancelled(host, id) != 0) return true;
        pause_ms();
    }
    return false;
}

static bool wait_file(const char *path)
{
    int ms;
    for (ms = 0; ms < PATIENCE_MS; ms++) {
        if (access(path, F_OK) == 0) return true;
        pause_ms();
    }
    return false;
}

static void random_bytes(const rp_host *host, rp_writer *results)
{
    unsigned char bytes[8];
    size_t i;
    host->random(host, bytes, sizeof bytes);
    rp_writer_open_array(results);
    for (i = 0; i < sizeof bytes; i++) rp_writer_uint(results, bytes[i]);
    rp_writer_close(results);
}

static void step(scripted *self, const rp_host *host, uint64_t id, rp_json key, rp_json value, rp_writer *results,
                 rp_status *status)
{
    char text[4096];
    if (rp_json_equals(key, "send")) {
        send(host, id, value, results);
    } else if (rp_json_equals(key, "cancelled")) {
        uint64_t asked = id;
        rp_json_read_uint(value, &asked);
        rp_writer_int(results, host->cancelled(host, asked));
    } else if (rp_json_equals(key, "until")) {
        rp_writer_bool(results, until(host, rp_json_equals(value, "closing") ? 0 : id));
    } else if (rp_json_equals(key, "log")) {
        rp_host_log(host, id, RP_LOG_WARN, path_of(value, text, sizeof text));
        rp_writer_null(results);
    } else if (rp_json_equals(key, "now")) {
        rp_writer_int(results, host->now_us(host));
    } else if (rp_json_equals(key, "random")) {
        random_bytes(host, results);
    } else if (rp_json_equals(key, "spawn")) {
        if (self->thread_count == MAX_THREADS) abort();
        self->threads[self->thread_count++] = start(self, host, id, value, spawned);
        rp_writer_null(results);
    } else if (rp_json_equals(key, "leave")) {
        pthread_detach(start(self, host, id, value, left_behind)->thread);
        rp_writer_null(results);
    } else if (rp_json_equals(key, "join")) {
        rp_writer_open_array(results);
        join_all(self, results);
        rp_writer_close(results);
    } else if (rp_json_equals(key, "touch")) {
        publish(path_of(value, text, sizeof text), rp_str_from(""));
        rp_writer_null(results);
    } else if (rp_json_equals(key, "wait_file")) {
        rp_writer_bool(results, wait_file(path_of(value, text, sizeof text)));
    } else if (rp_json_equals(key, "crash")) {
        abort();
    } else if (rp_json_equals(key, "return")) {
        int64_t number = 0;
        rp_json_read_int(value, &number);
        *status = (rp_status)number;
    } else {
        rp_writer_string(results, "unknown step");
    }
}

static void run(scripted *self, const rp_host *host, uint64_t id, rp_json steps, rp_writer *results, rp_status *status)
{
    for (rp_json_walk all = rp_json_walk_start(steps); *status == RP_OK && rp_json_walk_next(&all);) {
        rp_json_walk only = rp_json_walk_start(all.value);
        if (rp_json_walk_next(&only)) step(self, host, id, only.key, only.value, results, status);
    }
}

static void *create(const rp_host *host)
{
    scripted *self = calloc(1, sizeof *self);
    self->host = host;
#ifdef USES_HOST_IN_CREATE
    {
        rp_reply results = rp_reply_create();
        run_apart(self, host, 0, rp_json_literal(USES_HOST_IN_CREATE), &results);
        host->write_log(host, 0, RP_LOG_INFO, results.data, results.len);
        rp_reply_destroy(&results);
    }
#endif
    return self;
}

static void destroy(void *instance)
{
    scripted *self = instance;
    rp_json last = rp_json_get(parsed(self->config), "on_destroy");
    if (rp_json_is(last, RP_JSON_OBJECT)) run_and_report(self, self->host, 0, last);
    join_all(self, NULL);
    free(self->config);
    free(self);
}

// Steps of the instance's own life; their results go to the log.
static rp_status live(scripted *self, uint64_t id, const char *key, rp_reply *reply)
{
    rp_status status = RP_OK;
    rp_json steps = rp_json_get(parsed(self->config), key);
    if (rp_json_is(steps, RP_JSON_ARRAY)) {
        rp_reply text = rp_reply_create();
        rp_writer results = rp_writer_start(&text);
        rp_writer_open_array(&results);
        run(self, self->host, id, steps, &results, &status);
        rp_writer_close(&results);
        self->host->write_log(self->host, id, RP_LOG_INFO, text.data, text.len);
        rp_reply_destroy(&text);
    }
    return status == RP_OK ? rp_answer_empty(reply) : status;
}

static rp_status command(scripted *self, uint64_t id, rp_json payload, rp_reply *reply)
{
    rp_status status = RP_OK;
    rp_json name, args;
    rp_status opened = rp_command_open(payload, reply, &name, &args);
    rp_writer results;
    if (opened != RP_OK) return opened;
    if (rp_json_equals(name, "pass_on")) return rp_host_send(self->host, 0, "command", args.text, reply);
    if (!rp_json_equals(name, "run")) return rp_answer_error_json(reply, RP_CODE_UNKNOWN_COMMAND, "unknown command: ", name);
    results = rp_answer_start(reply);
    rp_writer_key(&results, "results");
    rp_writer_open_array(&results);
    run(self, self->host, id, rp_json_get(args, "steps"), &results, &status);
    rp_writer_close(&results);
    return status == RP_OK ? rp_answer_finish(&results) : status;
}

static rp_status handle_message(void *instance, const rp_message *message, rp_reply *reply)
{
    scripted *self = instance;
    rp_json payload;
    rp_status opened = rp_message_open(self, message, reply, &payload);
    if (opened != RP_OK) return opened;
    if (rp_str_eq(message->type, "command")) return command(self, message->id, payload, reply);
    if (rp_str_eq(message->type, "init")) {
        self->config = copy(rp_json_get(payload, "config").text);
        return live(self, message->id, "on_init", reply);
    }
    if (rp_str_eq(message->type, "shutdown")) return live(self, message->id, "on_shutdown", reply);
    return rp_answer_error_str(reply, RP_CODE_UNKNOWN_TYPE, "unknown message type: ", message->type);
}

RP_MODULE(FLAGS, "{\"name\":\"" NAME "\",\"version\":\"1.0.0\",\"protocol\":\"1.0\"}", create, destroy, handle_message);
