// What Nim cannot say: an exported constant, and a table that is there before Nim's code runs.
#include "rp_module.h"

void *test_minimal_create(const rp_host *host);
void test_minimal_destroy(void *instance);
rp_status test_minimal_handle_message(void *instance, const rp_message *message, rp_reply *reply);

RP_MODULE(0,
          "{\"name\":\"test-minimal-nim\",\"version\":\"0.1.0\",\"protocol\":\"1.0\","
          "\"description\":\"The smallest module that answers everything, in Nim.\",\"license\":\"MIT OR Apache-2.0\"}",
          test_minimal_create, test_minimal_destroy, test_minimal_handle_message);
