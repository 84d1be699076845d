// Turns in C: many calls, what a program may do wrong with one, and one that is freed by a callback of its own message.
#include <pthread.h>

#include "check.h"

static rph_host *host;
static rph_instance *relay;
static rph_turn *turn;
static int frees;

static rp_status RP_CALL within(void *context, const rp_str *sender, const rp_message *message, rp_reply *reply)
{
    static const char fine[] = "{\"status\":\"success\",\"data\":{}}";
    rph_reply *own = rph_reply_new(0);
    (void)context, (void)sender, (void)message;
    // A message of the turn is at work.
    FAILS(rph_turn_call(turn, TEXT("command"), TEXT("{}"), NULL, own, NULL), "rp::host::argument");
    FAILS(rph_turn_command(turn, TEXT("ping"), NULL, 0, NULL, own, NULL), "rp::host::argument");
    FAILS(rph_command(relay, TEXT("ping"), NULL, 0, NULL, own, NULL), "rp::call::reentrant");
    rph_reply_free(own);
    if (frees) rph_turn_free(turn);
    return rp_reply_write(reply, fine, sizeof fine - 1);
}

static void *elsewhere(void *instance)
{
    rph_reply *reply = rph_reply_new(0);
    rph_call_options soon = {sizeof soon, 0, 1000, NULL};
    rph_turn *other = NULL;
    FAILS(rph_turn_call(turn, TEXT("command"), TEXT("{}"), NULL, reply, NULL), "rp::call::foreign_turn");
    FAILS(rph_turn_command(turn, TEXT("ping"), NULL, 0, NULL, reply, NULL), "rp::call::foreign_turn");
    FAILS(rph_enter(instance, &soon, &other), "rp::call::timeout");
    FAILS(rph_command(instance, TEXT("ping"), NULL, 0, &soon, reply, NULL), "rp::call::timeout");
    // Ending it is no use of it.
    rph_turn_free(turn);
    FINE(rph_enter(instance, NULL, &other));
    FINE(rph_turn_command(other, TEXT("ping"), NULL, 0, NULL, reply, NULL));
    rph_turn_free(other);
    rph_reply_free(reply);
    return NULL;
}

void turns(void)
{
    rph_builder *builder = rph_builder_new();
    rph_call_options unchecked = {sizeof unchecked, RPH_UNCHECKED, 0, NULL};
    rph_call_options late = {sizeof late, 0, -1, NULL};
    rph_reply *reply = rph_reply_new(0);
    rp_status status = 7;
    FINE(rph_builder_service(builder, TEXT("c.within"), within, NULL, NULL));
    FINE(rph_builder_build(builder, &host));
    rph_instance *module = load(host, "test_minimal", "");
    FINE(rph_enter(module, NULL, &turn));
    for (int at = 0; at < 3; at++) {
        FINE(rph_turn_command(turn, TEXT("ping"), NULL, 0, NULL, reply, &status));
        CHECK(status == RP_OK && strstr(rph_reply_data(reply, NULL), "pong") != NULL);
        FINE(rph_turn_call(turn, TEXT("command"), TEXT("{\"name\":\"none\",\"args\":{}}"), &unchecked, reply, &status));
        CHECK(status == RP_FAILED);
        // A module that does not look at its deadline answers all the same.
        FINE(rph_turn_call(turn, TEXT("describe"), TEXT("{}"), &late, reply, &status));
        CHECK(status == RP_OK);
    }
    FAILS(rph_command(module, TEXT("ping"), NULL, 0, NULL, reply, NULL), "rp::call::own_turn");
    FAILS(rph_unload(module), "rp::call::own_turn");
    // A handle that is freed takes nothing from the turn.
    rph_instance *again = rph_find(host, TEXT("test-minimal"));
    rph_instance_free(module);
    FINE(rph_turn_command(turn, TEXT("ping"), NULL, 0, NULL, reply, &status));
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, elsewhere, again) == 0 && pthread_join(thread, NULL) == 0);
    FINE(rph_command(again, TEXT("ping"), NULL, 0, NULL, reply, NULL));

    relay = load(host, "test_relay", "{\"instance\":\"relay\",\"grant_requested\":true}");
    for (frees = 0; frees < 2; frees++) {
        FINE(rph_enter(relay, NULL, &turn));
        FINE(rph_turn_command(turn, TEXT("send"), TEXT("{\"type\":\"c.within\",\"payload\":{}}"), NULL, reply, &status));
        CHECK(status == RP_OK);
        if (!frees) rph_turn_free(turn);
    }
    // A turn outlives its host, and every handle.
    FINE(rph_enter(again, NULL, &turn));
    rph_instance_free(relay);
    rph_instance_free(again);
    rph_host_free(host);
    FINE(rph_turn_command(turn, TEXT("ping"), NULL, 0, NULL, reply, &status));
    rph_turn_free(turn);
    rph_reply_free(reply);
}
