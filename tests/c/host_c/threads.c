// Eight threads with one host: calls of a serial and of a concurrent instance, and handles that come and go.
#include <pthread.h>

#include "check.h"

enum { THREADS = 8, CALLS = 500 };

static rph_host *host;

static void *work(void *nothing)
{
    rph_reply *reply = rph_reply_new(0);
    rph_call_options unchecked = {sizeof unchecked, RPH_UNCHECKED, 0, NULL};
    rp_status status;
    for (int at = 0; at < CALLS; at++) {
        rph_instance *serial = rph_find(host, TEXT("test-minimal"));
        rph_instance *concurrent = rph_find(host, TEXT("test-concurrent"));
        FINE(rph_command(serial, TEXT("ping"), NULL, 0, NULL, reply, &status));
        CHECK(status == RP_OK);
        FINE(rph_call(concurrent, TEXT("command"), TEXT("{\"name\":\"count\",\"args\":{\"name\":\"a\"}}"), &unchecked,
                      reply, &status));
        CHECK(status == RP_OK && strcmp(rph_instance_name(serial), "test-minimal") == 0);
        rph_instance_free(serial);
        rph_instance_free(concurrent);
    }
    rph_reply_free(reply);
    return nothing;
}

void threads(void)
{
    pthread_t all[THREADS];
    host = new_host("{}");
    rph_instance_free(load(host, "test_minimal", ""));
    rph_instance *concurrent = load(host, "test_concurrent", "");
    for (int at = 0; at < THREADS; at++) CHECK(pthread_create(&all[at], NULL, work, NULL) == 0);
    for (int at = 0; at < THREADS; at++) CHECK(pthread_join(all[at], NULL) == 0);
    rph_reply *reply = rph_reply_new(0);
    FINE(rph_command(concurrent, TEXT("counts"), NULL, 0, NULL, reply, NULL));
    CHECK(strcmp(rph_reply_data(reply, NULL), "{\"a\":4000}") == 0);
    rph_reply_free(reply);
    rph_instance_free(concurrent);
    rph_host_free(host);
}
