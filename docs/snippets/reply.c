// Answers every message with the same response, written in two pieces.
#include "rp_module.h"

static char instance;

static void *create(const rp_host *host) {
  (void)host;
  return &instance;
}

static void destroy(void *self) { (void)self; }

static rp_status handle_message(void *self, const rp_message *message, rp_reply *reply) {
  static const char head[] = "{\"status\":\"success\",\"data\":";
  static const char data[] = "{\"hello\":\"world\"}}";
  (void)self;
  (void)message;
  // A status that is not RP_OK says that there was no room; what was written before is never read.
  rp_status status = rp_reply_write(reply, head, sizeof head - 1);
  return status == RP_OK ? rp_reply_write(reply, data, sizeof data - 1) : status;
}

RP_MODULE(0, "{\"name\":\"reply\",\"version\":\"1.0.0\",\"protocol\":\"1.0\"}", create, destroy, handle_message);
