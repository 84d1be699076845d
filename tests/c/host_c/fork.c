// A child after fork: told so for what is its parent's, and free to make a host of its own.
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

#define FORKED "rp::host::forked"

static int dropped;

static void RP_CALL drop(void *context)
{
    ++*(int *)context;
}
static void RP_CALL hear(void *context, const char *json, size_t len)
{
    (void)context, (void)json, (void)len;
}
static void RP_CALL done(void *context, rph_error *error, rph_reply *reply, rp_status status)
{
    (void)context, (void)error, (void)reply, (void)status;
}

static void child(rph_host *host, rph_instance *instance, rph_subscription *own)
{
    rph_reply *reply = rph_reply_new(0);
    rph_instance *out = NULL;
    rph_subscription *other = NULL;
    rph_turn *turn = NULL;
    FAILS(rph_load(host, TEXT(module_path("test_minimal")), NULL, 0, &out), FORKED);
    FAILS(rph_load_wasm(host, TEXT("a"), NULL, 0, &out), FORKED);
    FAILS(rph_add_static(host, NULL, NULL, 0, &out), FORKED);
    FAILS(rph_replace(host, TEXT("a"), TEXT("b"), NULL, 0, &out), FORKED);
    FAILS(rph_instances(host, reply), FORKED);
    FAILS(rph_add_service(host, TEXT("a"), NULL, NULL, NULL), FORKED);
    FAILS(rph_instance_counters(instance, reply), FORKED);
    FAILS(rph_metrics(host, reply), FORKED);
    FAILS(rph_metrics_text(host, reply), FORKED);
    FAILS(rph_instance_worker(instance, reply), FORKED);
    FAILS(rph_pending_subscribers(host, reply), FORKED);
    FAILS(rph_publish(host, TEXT("a"), NULL, 0), FORKED);
    FAILS(rph_send(host, TEXT("query"), TEXT("{}"), NULL, reply, NULL), FORKED);
    FAILS(rph_subscribe(host, TEXT("a"), 1, &other), FORKED);
    FAILS(rph_subscribe_lossy(host, TEXT("a"), 1, &other), FORKED);
    FAILS(rph_drain_events(host, -1), FORKED);
    FAILS(rph_next(own, -1, reply), FORKED);
    FAILS(rph_unload(instance), FORKED);
    FAILS(rph_enter(instance, NULL, &turn), FORKED);
    FAILS(rph_unload_all(host), FORKED);
    FAILS(rph_call_async(instance, TEXT("command"), TEXT("{}"), NULL, done, NULL), FORKED);
    rph_host_free(host);
    CHECK(dropped == 0);
    host = new_host("{}");
    instance = load(host, "test_minimal", "");
    FINE(rph_command(instance, TEXT("ping"), NULL, 0, NULL, reply, NULL));
    rph_instance_free(instance);
    rph_host_free(host);
    rph_reply_free(reply);
}

void forked(void)
{
    rph_builder *builder = rph_builder_new();
    rph_host *host = NULL;
    rph_subscription *own = NULL;
    int status = 0;
    FINE(rph_builder_on_event(builder, TEXT("*"), hear, &dropped, drop));
    FINE(rph_builder_build(builder, &host));
    rph_instance *instance = load(host, "test_minimal", "");
    FINE(rph_subscribe(host, TEXT("*"), 4, &own));
    pid_t pid = fork();
    if (pid == 0) {
        child(host, instance, own);
        _exit(0);
    }
    CHECK(pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    // The parent notices nothing.
    FINE(rph_publish(host, TEXT("a"), NULL, 0));
    FINE(rph_drain_events(host, -1));
    FINE(rph_unload(instance));
    rph_instance_free(instance);
    rph_subscription_free(own);
    rph_host_free(host);
    CHECK(dropped == 1);
}
