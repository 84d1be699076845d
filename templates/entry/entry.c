// What @spoken@ cannot say: an exported constant, and a table that is there before any code runs.
#include "rp_module.h"

void *module_create(const rp_host *host);
void module_destroy(void *instance);
rp_status module_handle_message(void *instance, const rp_message *message, rp_reply *reply);

RP_MODULE(0,
          "{\"name\":\"@name@\",\"version\":\"0.1.0\",\"protocol\":\"1.0\","
          "\"description\":\"@description@\",\"license\":\"MIT\"}",
          module_create, module_destroy, module_handle_message);
