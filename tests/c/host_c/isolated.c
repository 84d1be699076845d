// A module in a process of its own: this program is the worker, too, by rph_serve_if_asked.
#include "check.h"

static int started, crashed;

static void RP_CALL on_worker(void *context, const char *json, size_t len)
{
    CHECK(context == &started);
    if (has_part(json, len, "\"change\":\"started\"")) __atomic_add_fetch(&started, 1, __ATOMIC_SEQ_CST);
    if (has_part(json, len, "\"change\":\"crashed\"")) __atomic_add_fetch(&crashed, 1, __ATOMIC_SEQ_CST);
}

void isolated(void)
{
    rph_reply *reply = rph_reply_new(0);
    rph_builder *builder = rph_builder_new();
    rph_host *host = NULL;
    rph_builder_on_worker(builder, on_worker, &started, NULL);
    FINE(rph_builder_build(builder, &host));
    rph_instance *faulty =
        load(host, "faulty",
             "{\"loader\":\"isolated\",\"isolated\":{\"sandbox\":{\"mode\":\"off\"}},\"restart\":{\"attempts\":0}}");
    FINE(rph_instance_worker(faulty, reply));
    CHECK(strstr(rph_reply_text(reply, NULL), "\"state\":\"running\"") != NULL);
    FAILS(rph_command(faulty, TEXT("fault"), TEXT("{\"kind\":\"abort\"}"), NULL, reply, NULL), "rp::call::crashed");
    FAILS(rph_command(faulty, TEXT("fault"), NULL, 0, NULL, reply, NULL), "rp::call::unavailable");
    rph_instance_free(faulty);
    rph_host_free(host);
    rph_reply_free(reply);
    CHECK(started == 1 && crashed == 1);
}
