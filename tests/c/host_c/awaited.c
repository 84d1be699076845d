// Calls that are awaited: answered, failed, taken back, and left behind by an unload.
#include <pthread.h>

#include "check.h"

struct outcome {
    pthread_mutex_t lock;
    pthread_cond_t told;
    int is_told;
    rph_error *error;
    rph_reply *reply;
    rp_status status;
};

static void RP_CALL done(void *context, rph_error *error, rph_reply *reply, rp_status status)
{
    struct outcome *outcome = context;
    CHECK((error == NULL) != (reply == NULL));
    pthread_mutex_lock(&outcome->lock);
    CHECK(outcome->is_told == 0);
    outcome->is_told = 1;
    outcome->error = error, outcome->reply = reply, outcome->status = status;
    pthread_cond_signal(&outcome->told);
    pthread_mutex_unlock(&outcome->lock);
}

static void begin(struct outcome *outcome, const rph_instance *instance, const char *payload,
                  const rph_call_options *options)
{
    memset(outcome, 0, sizeof *outcome);
    pthread_mutex_init(&outcome->lock, NULL);
    pthread_cond_init(&outcome->told, NULL);
    FINE(rph_call_async(instance, TEXT("command"), TEXT(payload), options, done, outcome));
}

static void await(struct outcome *outcome)
{
    pthread_mutex_lock(&outcome->lock);
    while (!outcome->is_told) pthread_cond_wait(&outcome->told, &outcome->lock);
    pthread_mutex_unlock(&outcome->lock);
}

static void succeeds(struct outcome *outcome, rp_status status)
{
    await(outcome);
    FINE(outcome->error);
    CHECK(outcome->status == status && rph_reply_text(outcome->reply, NULL)[0] == '{');
    rph_reply_free(outcome->reply);
}

static void fails(struct outcome *outcome, const char *code)
{
    await(outcome);
    CHECK(outcome->reply == NULL);
    FAILS(outcome->error, code);
}

static const char WORK[] = "{\"name\":\"work\",\"args\":{\"steps\":60000}}";

void awaited(void)
{
    struct outcome heard, unknown, late, cancelled, waiting, refused;
    rph_host *host = new_host("{\"limits\":{\"wait_ms\":10000}}");
    rph_instance *relay = load(host, "test_relay", "");
    begin(&heard, relay, "{\"name\":\"heard\"}", NULL);
    begin(&unknown, relay, "{\"name\":\"nothing\"}", NULL);
    succeeds(&heard, RP_OK);
    succeeds(&unknown, RP_FAILED);
    rph_call_options soon = {sizeof soon, 0, 20000, NULL};
    begin(&late, relay, WORK, &soon);
    fails(&late, "rp::call::timeout");
    // The token may be freed as soon as the call has begun; a copy of it is kept.
    rph_cancel *cancel = rph_cancel_new();
    rph_call_options with = {sizeof with, 0, 0, cancel};
    begin(&cancelled, relay, WORK, &with);
    begin(&waiting, relay, "{\"name\":\"heard\"}", NULL);
    rph_cancel_now(cancel);
    rph_cancel_free(cancel);
    fails(&cancelled, "rp::call::cancelled");
    succeeds(&waiting, RP_OK);
    rph_host_free(host);
    begin(&refused, relay, "{\"name\":\"heard\"}", NULL);
    fails(&refused, "rp::call::unavailable");
    rph_instance_free(relay);
}
