// A module whose every function throws.
#include "rp_module.h"

static void *create(const rp_host *) {
  throw 1;
}

static void destroy(void *) {
  throw "a text";
}

static rp_status handle_message(void *, const rp_message *, rp_reply *) {
  throw 2.5;
}

RP_MODULE(0, R"({"name":"throws","version":"1.0.0","protocol":"1.0"})", create, destroy, handle_message);
