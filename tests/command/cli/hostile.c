// Puts text that would steer a terminal wherever a module can put text; a command's name says where.
#include "rp_sdk.h"

// XX is followed by a colour, which must not arrive as one.
#define MARKS "XX\xc2\x9b" "31m\xe2\x80\xae\xe2\x80\x8b\xe2\x80\xa8\xef\xbb\xbf\x7f\xd8\x9c\xe2\x81\xa6\xc2\x85"
#define RAW "XX\033[8m\033]0;pwn\007\r\v\f" MARKS "\nerror host: FORGED\r\nerror host: FORGED"
#define JSON "XX\\u001b[8m\\u001b]0;pwn\\u0007\\r" MARKS "\\nerror host: FORGED"

static const rp_host *lender;

static const char description[] =
    "{\"commands\":[{\"name\":\"n" JSON "\",\"description\":\"D " JSON "\",\"args\":{\"type\":\"object\",\"required\":[\"k" JSON
    "\"],\"properties\":{\"k" JSON "\":{\"type\":\"t" JSON "\",\"format\":\"f" JSON "\",\"pattern\":\"p" JSON "\",\"default\":\"d" JSON
    "\",\"description\":\"" JSON "\"},\"c\":{\"enum\":[\"e" JSON "\"]}}}}],\"events\":{}}";

static const char progress[] =
    "{\"event\":\"progress\",\"data\":{\"done\":1,\"total\":2,\"note\":\"" JSON "\"}}";
static const char event[] = "{\"event\":\"v" JSON "\",\"data\":{}}";

static rp_status garble(rp_reply *reply) {
    size_t len = sizeof RAW - 1;
    if (reply->grow(reply, len) != RP_OK) return RP_ERR_NO_MEMORY;
    memcpy(reply->data + reply->len, RAW, len);
    reply->len += len;
    return RP_OK;
}

static void *create(const rp_host *host) {
    lender = host;
    return &lender;
}

static void destroy(void *instance) { (void)instance; }

static rp_status handle_message(void *instance, const rp_message *message, rp_reply *reply) {
    rp_json payload, name, args;
    rp_status status = rp_message_open(instance, message, reply, &payload);
    if (status != RP_OK) return status;
    if (rp_str_eq(message->type, "describe")) return rp_answer_json(reply, rp_json_literal(description));
    if (!rp_str_eq(message->type, "command")) return rp_answer_empty(reply);
    status = rp_command_open(payload, reply, &name, &args);
    if (status != RP_OK) return status;
    if (rp_json_equals(name, "log")) rp_host_log(lender, message->id, RP_LOG_INFO, RAW);
    if (rp_json_equals(name, "answer")) return rp_answer_json(reply, rp_json_literal("{\"k" JSON "\":\n\"" JSON "\"}"));
    if (rp_json_equals(name, "refuse")) return rp_answer_error(reply, "c" RAW, RAW);
    if (rp_json_equals(name, "unknown")) return rp_answer_error(reply, RP_CODE_UNKNOWN_COMMAND, RAW);
    if (rp_json_equals(name, "garble")) return garble(reply);
    if (rp_json_equals(name, "work")) return rp_host_send(lender, message->id, "event", rp_str_from(progress), reply);
    if (rp_json_equals(name, "tell")) return rp_host_send(lender, message->id, "event", rp_str_from(event), reply);
    if (rp_json_equals(name, "send")) return rp_host_send(lender, message->id, "t" RAW, rp_str_from("{}"), reply);
    return rp_answer_empty(reply);
}

RP_MODULE(0,
          "{\"name\":\"hostile\",\"version\":\"0.1.0\",\"protocol\":\"1.0\",\"description\":\"" JSON "\",\"" JSON
          "\":1,\"requests\":{\"read\":[\"r" JSON "\"]}}",
          create, destroy, handle_message);
