// A host with one bug for each argument, in C: what a program does wrong, tools see through the library. The comments are
// those of planted.c; the line is that of the program, wherever in the library the fault shows.
//
//     host FOLDER BUG...
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rp_host.h"

static char *volatile kept;
static rph_error *volatile lost;
static volatile char seen;

static rph_host *host;
static rph_instance *instance;
static rph_reply *reply;

static void check(rph_error *error)
{
    if (error == NULL) return;
    fprintf(stderr, "host: %s\n", rph_error_json(error));
    exit(2);
}

static void call(const char *payload, size_t len, rph_reply *answer, rp_status *status)
{
    check(rph_call(instance, "command", 7, payload, len, NULL, answer, status));
}

// Whatever comes of it, the next bug has its turn.
static void attempt(const char *payload, size_t len)
{
    rph_error_free(rph_call(instance, "command", 7, payload, len, NULL, reply, NULL));
}

static void *ping(void *answer)
{
    for (int at = 0; at < 100; at++) {
        call("{\"name\":\"ping\"}", 15, answer, NULL); // bug shared-reply: tsan data race
    }
    return NULL;
}

static void freed_text(void)
{
    rph_reply *own = rph_reply_new(0);
    ping(own);
    kept = (char *)rph_reply_text(own, NULL);
    rph_reply_free(own);
    seen = kept[1]; // bug freed-text: asan heap-use-after-free; valgrind Invalid read of size 1
}

static void freed_handle(void)
{
    rph_instance *other = rph_find(host, "test-minimal", 12);
    rph_instance_free(other);
    seen = rph_instance_name(other)[0]; // bug freed-handle: asan heap-use-after-free; valgrind Invalid read of size 8
}

static void lost_error(void)
{
    lost =
        rph_load(host, "nowhere", 7, NULL, 0, &instance); // bug lost-error: asan Direct leak; valgrind definitely lost
    lost = NULL;
}

static void long_payload(void)
{
    kept = malloc(8);
    memcpy(kept, "{     }", 8);
    attempt(kept, 4096); // bug long-payload: asan heap-buffer-overflow; valgrind Invalid read
    free(kept);
}

static void small_status(void)
{
    kept = malloc(1);
    rp_status *status = (rp_status *)(void *)kept;
    call("{}", 2, reply, status); // bug small-status: asan heap-buffer-overflow; valgrind Invalid write of size 4
    free(kept);
}

static void shared_reply(void)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, ping, reply) != 0) exit(2);
    ping(reply);
    pthread_join(thread, NULL);
}

static void begin(const char *folder)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/libtest_minimal.so", folder);
    check(rph_builder_build(rph_builder_new(), &host));
    check(rph_load(host, path, strlen(path), NULL, 0, &instance));
    reply = rph_reply_new(0);
}

static void end(void)
{
    rph_reply_free(reply);
    rph_instance_free(instance);
    rph_host_free(host);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } BUGS[] = {
        {"freed-text", freed_text},     {"freed-handle", freed_handle}, {"lost-error", lost_error},
        {"long-payload", long_payload}, {"small-status", small_status}, {"shared-reply", shared_reply},
    };
    if (argc < 2) return 2;
    begin(argv[1]);
    for (int bug = 2; bug < argc; bug++) {
        for (size_t at = 0; at < sizeof BUGS / sizeof *BUGS; at++) {
            if (strcmp(BUGS[at].name, argv[bug]) == 0) BUGS[at].run();
        }
    }
    end();
    return 0;
}
