// Events that the program takes, and those that it hears.
#include <poll.h>
#include <pthread.h>

#include "check.h"

static int heard, dropped;

static void RP_CALL hear(void *context, const char *json, size_t len)
{
    CHECK(context == &heard && strncmp(json, "{\"event\":\"b.", 12) == 0 && len > 12);
    __atomic_add_fetch(&heard, 1, __ATOMIC_SEQ_CST);
}

static void RP_CALL drop(void *context)
{
    CHECK(context == &heard);
    dropped++;
}

static int readable(const rph_subscription *subscription)
{
    struct pollfd waits = {(int)rph_subscription_fd(subscription), POLLIN, 0};
    return poll(&waits, 1, 0);
}

static void *publish_late(void *host)
{
    FINE(rph_publish(host, TEXT("a.late"), NULL, 0));
    return NULL;
}

static void lossy(const rph_host *host, rph_reply *reply)
{
    rph_subscription *few = NULL;
    FINE(rph_subscribe_lossy(host, TEXT("*"), 1, &few));
    for (int at = 0; at < 3; at++) FINE(rph_publish(host, TEXT("c"), TEXT("1")));
    FINE(rph_next(few, 0, reply));
    CHECK(strstr(rph_reply_text(reply, NULL), "\"missed\":2") != NULL);
    rph_subscription_free(few);
}

void events(void)
{
    rph_builder *builder = rph_builder_new();
    rph_host *host = NULL;
    rph_subscription *own = NULL;
    rph_reply *reply = rph_reply_new(0);
    FINE(rph_builder_on_event(builder, TEXT("b.*"), hear, &heard, drop));
    FINE(rph_builder_build(builder, &host));
    FINE(rph_subscribe(host, TEXT("a.*"), 2, &own));
    FAILS(rph_next(own, 0, reply), "rp::event::timeout");
    FAILS(rph_next(own, 1000, reply), "rp::event::timeout");
    CHECK(readable(own) == 0 && rph_subscription_waiting(own) == 0);
    FINE(rph_publish(host, TEXT("a.one"), TEXT("{\"n\":1}")));
    FINE(rph_publish(host, TEXT("a.two"), NULL, 0));
    FINE(rph_publish(host, TEXT("b.three"), TEXT("3")));
    FAILS(rph_publish(host, TEXT("a.full"), NULL, 0), "rp::call::answered_error");
    CHECK(readable(own) == 1 && rph_subscription_waiting(own) == 2);
    FINE(rph_next(own, 0, reply));
    CHECK(strstr(rph_reply_text(reply, NULL), "\"event\":\"a.one\",\"data\":{\"n\":1},\"from\":\"host\"") != NULL);
    FINE(rph_next(own, 0, reply));
    FINE(rph_drain_events(host, -1));
    CHECK(__atomic_load_n(&heard, __ATOMIC_SEQ_CST) == 1);
    // A wait without a limit ends with the event.
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, publish_late, host) == 0);
    FINE(rph_next(own, -1, reply));
    CHECK(strstr(rph_reply_text(reply, NULL), "a.late") != NULL);
    CHECK(pthread_join(thread, NULL) == 0);
    lossy(host, reply);
    FINE(rph_publish(host, TEXT("a.last"), NULL, 0));
    rph_host_free(host);
    CHECK(dropped == 1 && rph_subscription_is_over(own) == 0);
    FINE(rph_next(own, -1, reply));
    CHECK(rph_subscription_is_over(own) == 1 && readable(own) == 1);
    FAILS(rph_next(own, -1, reply), "rp::event::closed");
    rph_subscription_free(own);
    rph_reply_free(reply);
}
