// A module that sends what no rule allows, the command's name says what, and answers with what came of it:
// {"status":N,"reply":TEXT}.
#include <stdint.h>
#include <string.h>

#include "rp_sdk.h"

static const rp_host *lent;
static char fixed[4096];

static rp_status grow_never(rp_reply *reply, size_t additional)
{
    (void)reply;
    (void)additional;
    return RP_ERR_NO_MEMORY;
}

// Says that there is room, and made none.
static rp_status grow_lies(rp_reply *reply, size_t additional)
{
    (void)reply;
    (void)additional;
    return RP_OK;
}

static rp_status grow_answers_oddly(rp_reply *reply, size_t additional)
{
    reply->capacity = reply->len + additional;
    return 99;
}

static rp_str bytes(const char *data, size_t len)
{
    rp_str text;
    text.data = data;
    text.len = len;
    return text;
}

static void spoil_message(rp_json what, rp_message *message)
{
    if (rp_json_equals(what, "struct_size")) message->struct_size = 8;
    if (rp_json_equals(what, "flags")) message->flags = 1;
    if (rp_json_equals(what, "NULL type")) message->type.data = NULL;
    if (rp_json_equals(what, "NULL payload")) message->payload.data = NULL;
    if (rp_json_equals(what, "empty type")) message->type.len = 0;
    if (rp_json_equals(what, "type that is not UTF-8")) message->type = bytes("comm\xff\xff", 6);
    if (rp_json_equals(what, "payload that is not UTF-8")) message->payload = bytes("{\"module\":\"\xff\"}", 14);
    if (rp_json_equals(what, "payload with a raw NUL")) message->payload = bytes("{\"module\":\"a\0\"}", 15);
    if (rp_json_equals(what, "payload that is no JSON")) message->payload = rp_str_from("{\"module\"");
    if (rp_json_equals(what, "type of SIZE_MAX bytes")) message->type.len = SIZE_MAX;
    if (rp_json_equals(what, "payload of SIZE_MAX bytes")) message->payload.len = SIZE_MAX;
    if (rp_json_equals(what, "payload of PTRDIFF_MAX bytes")) message->payload.len = PTRDIFF_MAX;
    if (rp_json_equals(what, "payload past PTRDIFF_MAX")) message->payload.len = (size_t)PTRDIFF_MAX + 1;
    if (rp_json_equals(what, "empty payload")) message->payload.len = 0;
    if (rp_json_equals(what, "payload that is no object")) message->payload = rp_str_from("[1]");
    if (rp_json_equals(what, "no module")) message->payload = rp_str_from("{\"name\":\"ping\"}");
    if (rp_json_equals(what, "module that is no string"))
        message->payload = rp_str_from("{\"module\":1,\"name\":\"ping\"}");
    if (rp_json_equals(what, "no name")) message->payload = rp_str_from("{\"module\":\"asked\"}");
    if (rp_json_equals(what, "unknown cause")) message->cause = 4000000000u;
    if (rp_json_equals(what, "larger struct_size")) message->struct_size = 4096;
    if (rp_json_equals(what, "id")) message->id = message->cause = 7;
    if (rp_json_equals(what, "type init")) message->type = rp_str_from("init");
    if (rp_json_equals(what, "type shutdown")) message->type = rp_str_from("shutdown");
}

static void spoil_reply(rp_json what, rp_reply *reply)
{
    if (rp_json_equals(what, "grow that never grows")) reply->capacity = 10;
    if (rp_json_equals(what, "NULL grow")) reply->capacity = 10, reply->grow = NULL;
    if (rp_json_equals(what, "NULL grow with room")) reply->grow = NULL;
    if (rp_json_equals(what, "grow that lies")) reply->capacity = 10, reply->grow = grow_lies;
    if (rp_json_equals(what, "grow that answers oddly")) reply->capacity = 10, reply->grow = grow_answers_oddly;
    if (rp_json_equals(what, "NULL data")) reply->data = NULL, reply->capacity = 0;
    if (rp_json_equals(what, "len past the capacity")) reply->len = 20, reply->capacity = 10;
    if (rp_json_equals(what, "len past a capacity of SIZE_MAX")) reply->len = SIZE_MAX - 9, reply->capacity = SIZE_MAX;
    if (rp_json_equals(what, "capacity of SIZE_MAX")) reply->capacity = SIZE_MAX;
    if (rp_json_equals(what, "capacity past PTRDIFF_MAX")) reply->capacity = (size_t)PTRDIFF_MAX + 1;
    if (rp_json_equals(what, "NULL data with room")) reply->data = NULL;
    if (rp_json_equals(what, "reply's struct_size")) reply->struct_size = 8;
    if (rp_json_equals(what, "text before")) memcpy(fixed, "before:", 7), reply->len = 7;
}

// One byte further than it is.
static void *moved(void *pointer)
{
    return (char *)pointer + 1;
}

static rp_status command(rp_json what, rp_reply *reply)
{
    rp_message message = rp_message_make("command", rp_str_from("{\"module\":\"asked\",\"name\":\"ping\"}"));
    rp_reply own = rp_reply_fixed(fixed, sizeof fixed);
    rp_writer data;
    rp_status status;
    own.grow = grow_never;
    memset(fixed, 0, sizeof fixed);
    spoil_message(what, &message);
    spoil_reply(what, &own);
    status = lent->send(rp_json_equals(what, "NULL host") ? NULL : lent,
                        rp_json_equals(what, "NULL message")         ? NULL
                        : rp_json_equals(what, "misaligned message") ? moved(&message)
                                                                     : &message,
                        rp_json_equals(what, "NULL reply")         ? NULL
                        : rp_json_equals(what, "misaligned reply") ? moved(&own)
                                                                   : &own);
    data = rp_answer_start(reply);
    rp_writer_key(&data, "status");
    rp_writer_int(&data, status);
    rp_writer_key(&data, "reply");
    rp_writer_string(&data, fixed);
    return rp_answer_finish(&data);
}

// Passes a copy of the reply at hand, whose own status says nothing of it.
static rp_status copy(rp_json what, rp_reply *reply)
{
    rp_message message = rp_message_make("command", rp_str_from("{\"module\":\"asked\",\"name\":\"ping\"}"));
    struct {
        rp_reply reply;
        unsigned char behind[256];
    } passed;
    memset(&passed, 0x5a, sizeof passed);
    if (rp_json_equals(what, "send with room") && reply->grow(reply, 1000) != RP_OK) return RP_ERR_NO_MEMORY;
    passed.reply = *reply;
    if (rp_json_equals(what, "grow")) {
        passed.reply.grow(&passed.reply, 100000);
    } else {
        lent->send(lent, &message, &passed.reply);
    }
    return rp_answer_empty(reply);
}

// The rest of what the host lends, asked wrongly; nothing to see but lines of log, and that it lives on.
static rp_status misuse(rp_reply *reply)
{
    lent->write_log(lent, 0, 999, "too high", 8);
    lent->write_log(lent, 0, -999, "too low", 7);
    lent->write_log(lent, 0, RP_LOG_INFO, "\xff", 1);
    lent->write_log(lent, 0, RP_LOG_INFO, NULL, 0);
    lent->write_log(NULL, 0, RP_LOG_INFO, "lost", 4);
    lent->write_log(lent, 0, RP_LOG_INFO, NULL, 5);
    lent->write_log(lent, 0, RP_LOG_INFO, "x", SIZE_MAX);
    lent->write_log(lent, 0, RP_LOG_INFO, "x", PTRDIFF_MAX);
    lent->write_log(lent, 0, RP_LOG_INFO, "x", (size_t)PTRDIFF_MAX + 1);
    lent->random(lent, NULL, 0);
    lent->random(NULL, fixed, 8);
    lent->random(lent, NULL, 8);
    lent->random(lent, fixed, SIZE_MAX);
    lent->random(lent, fixed, PTRDIFF_MAX);
    if (lent->cancelled(NULL, 1) == 0 || lent->now_us(NULL) == 0) return RP_ERR_NO_MEMORY;
    return rp_answer_empty(reply);
}

static void *create(const rp_host *host)
{
    lent = host;
    return &lent;
}

static void destroy(void *self)
{
    (void)self;
}

static rp_status handle_message(void *self, const rp_message *message, rp_reply *reply)
{
    rp_json payload, name, args;
    rp_status opened = rp_message_open(self, message, reply, &payload);
    if (opened != RP_OK) return opened;
    if (!rp_str_eq(message->type, "command")) return rp_answer_empty(reply);
    opened = rp_command_open(payload, reply, &name, &args);
    if (opened != RP_OK) return opened;
    if (rp_json_equals(name, "misuse")) return misuse(reply);
    if (rp_json_equals(name, "copy")) return copy(rp_json_get(args, "what"), reply);
    return command(name, reply);
}

RP_MODULE(0, "{\"name\":\"sends\",\"version\":\"1.0.0\",\"protocol\":\"1.0\"}", create, destroy, handle_message);
