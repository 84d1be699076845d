/* A module that uses everything in the header, in C and in C++. It sends its payload back, and a line of log. */
#include "rp_module.h"

static const rp_host *kept_host;

static void *create(const rp_host *host) {
  static char instance;
  kept_host = host;
  return &instance;
}

static void destroy(void *instance) {
  (void)instance;
  kept_host = 0;
}

static rp_status handle_message(void *instance, const rp_message *message, rp_reply *reply) {
  rp_status status;
  (void)instance;
  if (RP_HAS(kept_host, rp_host, write_log)) {
    kept_host->write_log(kept_host, message->id, RP_LOG_INFO, message->type.data, message->type.len);
  }
  if (RP_HAS(kept_host, rp_host, cancelled) && kept_host->cancelled(kept_host, message->id) != 0) {
    return RP_ERR_CANCELLED;
  }
  status = rp_reply_write(reply, message->payload.data, message->payload.len);
  return RP_HAS_RESPONSE(status) ? RP_FAILED : status;
}

RP_MODULE(RP_CONCURRENT, "{\"name\":\"probe\",\"version\":\"1.0.0\",\"protocol\":\"1.0\"}", create, destroy,
          handle_message);
