// Logs at every level, with text that would steer a terminal; the command "break" returns a status that does not exist.
#include "rp_sdk.h"

static const rp_host *lender;

static void *create(const rp_host *host) {
    lender = host;
    return &lender;
}

static void destroy(void *instance) { (void)instance; }

static rp_status handle_message(void *instance, const rp_message *message, rp_reply *reply) {
    rp_json payload, name, args;
    rp_status status = rp_message_open(instance, message, reply, &payload);
    if (status != RP_OK) return status;
    if (!rp_str_eq(message->type, "command")) return rp_answer_empty(reply);
    status = rp_command_open(payload, reply, &name, &args);
    if (status != RP_OK) return status;
    if (rp_json_equals(name, "break")) return 77;
    rp_host_log(lender, message->id, RP_LOG_ERROR, "an \033[31merror");
    rp_host_log(lender, message->id, RP_LOG_WARN, "a warning");
    rp_host_log(lender, message->id, RP_LOG_INFO, "a note");
    rp_host_log(lender, message->id, RP_LOG_DEBUG, "a detail");
    rp_host_log(lender, message->id, RP_LOG_TRACE, "a step");
    return rp_answer_empty(reply);
}

RP_MODULE(0, "{\"name\":\"talkative\",\"version\":\"0.1.0\",\"protocol\":\"1.0\"}", create, destroy, handle_message);
