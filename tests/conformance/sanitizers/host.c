// A host in C, for the tools that only see what C compilers made: TSan and MSan.
//
//     host INSTANCES THREADS ROUNDS LIBRARY {TYPE PAYLOAD}...
//
// Threads send the messages to the instances again and again: one at a time to each instance, or at once where the
// module is RP_CONCURRENT. Every byte of an answer is looked at.
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RP_SDK_MALLOC
#include "rp_plain.h"
#include "rp_sdk.h"

enum { MAX_INSTANCES = 8, MAX_THREADS = 16 };

typedef struct subject {
    const rp_module *table; // NULL: the plain profile
    void *(*create)(void);
    char *(*handle)(void *, const char *, const char *);
    void (*free_string)(char *);
    void (*destroy)(void *);
} subject;

typedef struct instance {
    rp_host host;
    void *self;
    pthread_mutex_t turn;
} instance;

static subject module;
static instance instances[MAX_INSTANCES];
static int instance_count, thread_count, rounds, message_count;
static char **messages;

static void fail(const char *what)
{
    fprintf(stderr, "host: %s\n", what);
    exit(2);
}

static void *find(void *library, const char *name)
{
    void *symbol = dlsym(library, name);
    if (symbol == NULL) fail(name);
    return symbol;
}

static void load(const char *path)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    const rp_module *(*entry)(void);
    if (library == NULL) fail(dlerror());
    *(void **)&entry = dlsym(library, "rp_module_v1");
    if (entry != NULL) {
        module.table = entry();
        return;
    }
    *(void **)&module.create = find(library, "create_module");
    *(void **)&module.handle = find(library, "handle_message");
    *(void **)&module.free_string = find(library, "free_string");
    *(void **)&module.destroy = find(library, "destroy_module");
}

static rp_status lent_send(const rp_host *host, const rp_message *message, rp_reply *reply)
{
    (void)host;
    (void)message;
    return rp_answer_error(reply, RP_CODE_UNAVAILABLE, "this host has no services");
}

static void lent_write_log(const rp_host *host, uint64_t id, int32_t level, const char *text, size_t len)
{
    (void)host;
    (void)id;
    (void)level;
    if (len > 0 && text[len - 1] == '\0') fail("a log line ends in NUL");
}

static int32_t lent_cancelled(const rp_host *host, uint64_t id)
{
    (void)host;
    (void)id;
    return 0;
}

static int64_t lent_now_us(const rp_host *host)
{
    (void)host;
    return 1750000000000000;
}

static void lent_random(const rp_host *host, void *data, size_t len)
{
    (void)host;
    memset(data, 7, len);
}

static rp_host lend(void)
{
    rp_host host;
    memset(&host, 0, sizeof host);
    host.struct_size = sizeof host;
    host.send = lent_send;
    host.write_log = lent_write_log;
    host.cancelled = lent_cancelled;
    host.now_us = lent_now_us;
    host.random = lent_random;
    return host;
}

// A decision hangs on every byte, so that one that was never written is seen.
static void look_at(const char *text, size_t len)
{
    size_t i;
    for (i = 0; i < len; i++) {
        if (text[i] == '\0') fail("an answer holds a NUL");
    }
}

static void ask_plain(instance *asked, const char *type, const char *payload)
{
    char *answer = module.handle(asked->self, type, payload);
    if (answer == NULL) fail("no answer");
    look_at(answer, strlen(answer));
    module.free_string(answer);
}

static void ask_table(instance *asked, const char *type, const char *payload, rp_reply *reply)
{
    rp_message message = rp_message_make(type, rp_str_from(payload));
    static uint64_t next_id = 1;
    rp_status status;
    message.id = __atomic_fetch_add(&next_id, 1, __ATOMIC_RELAXED);
    rp_reply_clear(reply);
    status = module.table->handle_message(asked->self, &message, reply);
    if (!RP_HAS_RESPONSE(status)) fail("no response");
    look_at(reply->data, reply->len);
}

static void ask(instance *asked, const char *type, const char *payload, rp_reply *reply)
{
    int may_overlap = module.table != NULL && (module.table->flags & RP_CONCURRENT) != 0;
    if (!may_overlap) pthread_mutex_lock(&asked->turn);
    if (module.table == NULL) {
        ask_plain(asked, type, payload);
    } else {
        ask_table(asked, type, payload, reply);
    }
    if (!may_overlap) pthread_mutex_unlock(&asked->turn);
}

static void *work(void *argument)
{
    instance *asked = (instance *)argument;
    rp_reply reply = rp_reply_create();
    int round, i;
    for (round = 0; round < rounds; round++) {
        for (i = 0; i < message_count; i++) ask(asked, messages[2 * i], messages[2 * i + 1], &reply);
    }
    rp_reply_destroy(&reply);
    return NULL;
}

static void create(instance *made)
{
    rp_reply reply = rp_reply_create();
    made->host = lend();
    pthread_mutex_init(&made->turn, NULL);
    made->self = module.table != NULL ? module.table->create(&made->host) : module.create();
    if (made->self == NULL) fail("create");
    ask(made, "init", "{\"instance\":\"one\",\"config\":{},\"host\":{\"name\":\"host\",\"version\":\"1.0.0\",\"protocol\":\"1.0\"}}",
        &reply);
    rp_reply_destroy(&reply);
}

static void destroy(instance *made)
{
    rp_reply reply = rp_reply_create();
    ask(made, "shutdown", "{}", &reply);
    if (module.table != NULL) {
        module.table->destroy(made->self);
    } else {
        module.destroy(made->self);
    }
    pthread_mutex_destroy(&made->turn);
    rp_reply_destroy(&reply);
}

int main(int argc, char **argv)
{
    pthread_t threads[MAX_THREADS];
    int i;
    if (argc < 5) fail("usage: host INSTANCES THREADS ROUNDS LIBRARY {TYPE PAYLOAD}...");
    instance_count = atoi(argv[1]);
    thread_count = atoi(argv[2]);
    rounds = atoi(argv[3]);
    if (instance_count > MAX_INSTANCES || thread_count > MAX_THREADS) fail("too many");
    messages = argv + 5;
    message_count = (argc - 5) / 2;
    load(argv[4]);
    for (i = 0; i < instance_count; i++) create(&instances[i]);
    for (i = 0; i < thread_count; i++) pthread_create(&threads[i], NULL, work, &instances[i % instance_count]);
    for (i = 0; i < thread_count; i++) pthread_join(threads[i], NULL);
    for (i = 0; i < instance_count; i++) destroy(&instances[i]);
    puts("host: done");
    return 0;
}
