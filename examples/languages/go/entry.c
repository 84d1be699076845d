// What Go cannot say: a constant table with the addresses of functions, and an exported constant.
#include "rp_module.h"

void *test_minimal_create(rp_host *host);
void test_minimal_destroy(void *instance);
rp_status test_minimal_handle_message(void *instance, rp_message *message, rp_reply *reply);

static void *create(const rp_host *host)
{
    return test_minimal_create((rp_host *)host);
}

// cgo knows no const.
static rp_status handle_message(void *instance, const rp_message *message, rp_reply *reply)
{
    return test_minimal_handle_message(instance, (rp_message *)message, reply);
}

RP_MODULE(0,
          "{\"name\":\"test-minimal-go\",\"version\":\"0.1.0\",\"protocol\":\"1.0\","
          "\"description\":\"The smallest module that answers everything, in Go.\",\"license\":\"MIT OR Apache-2.0\"}",
          create, test_minimal_destroy, handle_message);
