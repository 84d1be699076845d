// A module that asks the host what the letters of its message say: n looks at the clock, r takes random bytes, c asks whether it is
// cancelled, s sends; after e it answers an error, after p it is no more.
#include <stdlib.h>

#include "rp_sdk.h"

enum { MOST = 64 };

static void *create(const rp_host *host)
{
    const rp_host **self = malloc(sizeof *self);
    *self = host;
    host->now_us(host);
    return self;
}

static void destroy(void *instance) { free(instance); }

static void send(const rp_host *host, uint64_t cause, const char *type)
{
    rp_reply reply = rp_reply_create();
    rp_host_send(host, cause, type, rp_str_from("{\"module\":\"a\",\"name\":\"x\"}"), &reply);
    rp_reply_destroy(&reply);
}

static rp_status handle_message(void *instance, const rp_message *message, rp_reply *reply)
{
    const rp_host *host = *(const rp_host **)instance;
    unsigned char bytes[16];
    size_t at;
    for (at = 0; at < message->payload.len && at < MOST; at++) {
        switch (message->payload.data[at]) {
        case 'n': host->now_us(host); break;
        case 'r': host->random(host, bytes, at % sizeof bytes); break;
        case 'c': host->cancelled(host, message->id); break;
        case 's': send(host, message->id, at % 2 == 0 ? "command" : "own"); break;
        case 'e': return rp_answer_error(reply, RP_CODE_NOT_FOUND, "as the message says");
        case 'p': return RP_ERR_PANIC;
        default: break;
        }
    }
    return rp_answer_empty(reply);
}

RP_MODULE(0, "{\"name\":\"asks\",\"version\":\"1.0.0\",\"protocol\":\"1.0\",\"requests\":{\"call\":[\"*\"],\"emit\":[\"*\"]}}", create,
          destroy, handle_message);
