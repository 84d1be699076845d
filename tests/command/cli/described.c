// Describes one command with all that the help of a command shows, one with nothing, and an entry that is none.
#include "rp_sdk.h"

static const char description[] =
    "{\"commands\":["
    "{\"name\":\"all\",\"description\":\"Takes everything.\\nThe second line is of the same paragraph, which is longer than the page is wide.\\n\\nA second \\u001b[31mparagraph.\","
    "\"args\":{\"type\":\"object\",\"additionalProperties\":false,\"required\":[\"kind\",\"parts\",\"it's\"],\"properties\":{"
    "\"zeal\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":10,\"default\":5,\"format\":\"uint8\",\"description\":\"How much.\"},"
    "\"kind\":{\"$ref\":\"#/$defs/kind\",\"description\":\"What kind it is.\"},"
    "\"when\":{\"anyOf\":[{\"type\":\"string\",\"format\":\"date\"},{\"type\":\"null\"}],\"default\":null},"
    "\"parts\":{\"type\":\"array\",\"minItems\":1,\"items\":{\"$ref\":\"#/$defs/part\"}},"
    "\"it's\":{\"type\":\"string\",\"pattern\":\"^[A-Z]+$\"}},"
    "\"$defs\":{\"kind\":{\"oneOf\":[{\"const\":\"big\",\"description\":\"larger than others\"},{\"const\":\"small\"}]},"
    "\"part\":{\"type\":\"object\",\"required\":[\"id\"],\"properties\":{\"id\":{\"type\":\"string\",\"format\":\"uuid\"},\"parts\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/part\"}}}}}},"
    "\"returns\":{\"type\":\"object\",\"required\":[\"count\"],\"properties\":{\"count\":{\"type\":\"integer\",\"minimum\":0},\"note\":{\"type\":[\"string\",\"null\"]}}}},"
    "{\"name\":\"bare\"},"
    "{\"name\":\"empty\",\"description\":\"Takes nothing\",\"args\":{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false},\"returns\":{\"type\":\"array\",\"items\":{\"enum\":[1,2]}}},"
    "7],\"events\":{}}";

static char instance;

static void *create(const rp_host *host) {
    (void)host;
    return &instance;
}

static void destroy(void *self) { (void)self; }

static rp_status handle_message(void *self, const rp_message *message, rp_reply *reply) {
    rp_json payload;
    rp_status status = rp_message_open(self, message, reply, &payload);
    if (status != RP_OK) return status;
    if (rp_str_eq(message->type, "describe")) return rp_answer_json(reply, rp_json_literal(description));
    return rp_answer_empty(reply);
}

RP_MODULE(0, "{\"name\":\"described\",\"version\":\"0.1.0\",\"protocol\":\"1.0\"}", create, destroy, handle_message);
