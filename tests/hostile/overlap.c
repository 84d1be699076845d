// A module that sees by itself when two of its calls overlap: the command's answer tells how often that happened.
#include "rp_sdk.h"

static int inside;
static uint64_t overlaps, calls;

static void *create(const rp_host *host)
{
    (void)host;
    return &inside;
}

static void destroy(void *self)
{
    (void)self;
}

static rp_status handle_message(void *self, const rp_message *message, rp_reply *reply)
{
    rp_status status;
    (void)self;
    if (__atomic_exchange_n(&inside, 1, __ATOMIC_SEQ_CST) != 0) __atomic_fetch_add(&overlaps, 1, __ATOMIC_SEQ_CST);
    calls++; // not atomic: where turns are kept, none is lost
    if (rp_str_eq(message->type, "tell")) {
        rp_writer data = rp_answer_start(reply);
        rp_writer_key(&data, "calls");
        rp_writer_uint(&data, calls);
        rp_writer_key(&data, "overlaps");
        rp_writer_uint(&data, overlaps);
        status = rp_answer_finish(&data);
    } else {
        status = rp_answer_empty(reply);
    }
    __atomic_store_n(&inside, 0, __ATOMIC_SEQ_CST);
    return status;
}

RP_MODULE(0, "{\"name\":\"overlap\",\"version\":\"1.0.0\",\"protocol\":\"1.0\"}", create, destroy, handle_message);
