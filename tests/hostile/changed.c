// A module that was changed since it was recorded, as -DCHANGE=n says; 0 is the module as it was.
//   1 answers another number      5 sends one message less     9 looks at the clock once more
//   2 answers in another order    6 sends one message more     10 takes more random bytes
//   3 sends another payload       7 sends another type         11 panics
//   4 sends a payload in another  8 fails                      12 looks at the clock once less
//     order
// The second command is what is changed, and each is answered with all that went into it.
#include <stdio.h>

#include "rp_sdk.h"

#ifndef CHANGE
#define CHANGE 0
#endif

typedef struct changed {
    const rp_host *host;
    int commands;
} changed;

static changed only;

static void *create(const rp_host *host)
{
    only.host = host;
    only.commands = 0;
    return &only;
}

static void destroy(void *self)
{
    (void)self;
}

static void send(const changed *self, const char *type, const char *payload, rp_reply *answer)
{
    rp_reply_clear(answer);
    (void)rp_host_send(self->host, 0, type, rp_str_from(payload), answer);
}

static rp_status work(changed *self, rp_reply *reply)
{
    char text[512], memory[256];
    const int is_changed = ++self->commands == 2;
    const int change = is_changed ? CHANGE : 0;
    int64_t now = self->host->now_us(self->host);
    if (change == 9) now = self->host->now_us(self->host);
    if (change != 12) now += self->host->now_us(self->host);
    uint32_t random[2] = {0, 0};
    self->host->random(self->host, random, change == 10 ? 8 : 4);
    rp_reply answer = rp_reply_fixed(memory, sizeof memory);
    const char *payload = change == 3 ? "{\"entity\":\"other\",\"limit\":1}"
                          : change == 4 ? "{\"limit\":1, \"entity\":\"note\"}"
                                        : "{\"entity\":\"note\",\"limit\":1}";
    send(self, change == 7 ? "ask" : "query", payload, &answer);
    rp_str told = rp_reply_text(&answer);
    const unsigned length = (unsigned)told.len;
    if (change != 5) send(self, "thing", "{}", &answer);
    if (change == 6) send(self, "thing", "{}", &answer);
    if (change == 8) return rp_answer_error(reply, "conflict", "it was changed");
    if (change == 11) return RP_ERR_PANIC;
    const int number = self->commands + (change == 1);
    int written = change == 2
                      ? snprintf(text, sizeof text,
                                 "{\"data\":{\"random\":%u,\"now\":%lld,\"told\":%u,\"number\":%d},\"status\":\"success\"}",
                                 (unsigned)random[0], (long long)now, length, number)
                      : snprintf(text, sizeof text,
                                 "{\"status\":\"success\",\"data\":{\"number\":%d,\"told\":%u,\"now\":%lld,\"random\":%u}}",
                                 number, length, (long long)now, (unsigned)random[0]);
    return rp_reply_write(reply, text, (size_t)written);
}

static rp_status handle_message(void *self, const rp_message *message, rp_reply *reply)
{
    return rp_str_eq(message->type, "command") ? work(self, reply) : rp_answer_empty(reply);
}

RP_MODULE(0, "{\"name\":\"changed\",\"version\":\"1.0.0\",\"protocol\":\"1.0\"}", create, destroy, handle_message);
