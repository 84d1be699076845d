// Answers as the message's type says, "VERB:NUMBER:WORD", and keeps no rule while it does so:
//
//   answer:STATUS          the payload is the response
//   hex:STATUS             the payload is the response in hexadecimal
//   fill:BYTES             a response of at least so many bytes; what grow answers is handed on
//   cope:BYTES             the same, and where grow refuses an error response instead
//   partial:STATUS         64 KiB of text, then a status
//   claim:BYTES            asks grow for so many bytes and raises len by them, but writes nothing
//   tamper:STATUS:FIELD    changes a field of the reply behind its owner's back, then answers
//   regrow:STATUS:FIELD    changes a field, asks grow for room, puts the field back, then answers
#include <stdlib.h>
#include <string.h>

#include "rp_module.h"

#ifndef FLAGS
#define FLAGS 0
#endif

static const char success[] = "{\"status\":\"success\",\"data\":{}}";

static rp_status other_grow(rp_reply *reply, size_t additional)
{
    (void)reply;
    (void)additional;
    return RP_OK;
}

static rp_status write_hex(rp_reply *reply, rp_str hex)
{
    size_t i;
    for (i = 0; i + 1 < hex.len; i += 2) {
        char digits[3] = {hex.data[i], hex.data[i + 1], 0};
        char byte = (char)strtoul(digits, NULL, 16);
        rp_status status = rp_reply_write(reply, &byte, 1);
        if (status != RP_OK) return status;
    }
    return RP_OK;
}

static rp_status fill(rp_reply *reply, size_t bytes)
{
    static const char start[] = "{\"status\":\"success\",\"data\":\"", end[] = "\"}";
    char block[1024];
    rp_status status = rp_reply_write(reply, start, sizeof start - 1);
    memset(block, 'x', sizeof block);
    while (status == RP_OK && reply->len < bytes) status = rp_reply_write(reply, block, sizeof block);
    return status == RP_OK ? rp_reply_write(reply, end, sizeof end - 1) : status;
}

static rp_status cope(rp_reply *reply, size_t bytes)
{
    static const char text[] = "{\"status\":\"error\",\"error\":\"too much\",\"code\":\"too_large\"}";
    size_t before = reply->len;
    if (fill(reply, bytes) == RP_OK) return RP_OK;
    reply->len = before;
    return rp_reply_write(reply, text, sizeof text - 1) == RP_OK ? RP_FAILED : RP_ERR_NO_MEMORY;
}

static rp_status claim(rp_reply *reply, size_t bytes)
{
    rp_status status = reply->grow(reply, bytes);
    if (status == RP_OK) reply->len += bytes;
    return status;
}

static void tamper(rp_reply *reply, const char *field)
{
    static char own[64];
    if (strcmp(field, "data") == 0) reply->data = own;
    if (strcmp(field, "null_data") == 0) reply->data = NULL;
    if (strcmp(field, "len") == 0) reply->len = reply->capacity + 1;
    if (strcmp(field, "huge_len") == 0) reply->len = (size_t)-1;
    if (strcmp(field, "capacity") == 0) reply->capacity += 4096;
    if (strcmp(field, "less_capacity") == 0) reply->capacity -= 1;
    if (strcmp(field, "context") == 0) reply->context = own;
    if (strcmp(field, "grow") == 0) reply->grow = other_grow;
    if (strcmp(field, "null_grow") == 0) reply->grow = NULL;
}

static rp_status answer(const char *verb, long number, const char *word, rp_str payload, rp_reply *reply)
{
    rp_status status = (rp_status)number;
    if (strcmp(verb, "answer") == 0) {
        rp_status written = rp_reply_write(reply, payload.data, payload.len);
        return written == RP_OK ? status : written;
    }
    if (strcmp(verb, "hex") == 0) return write_hex(reply, payload) == RP_OK ? status : RP_ERR_NO_MEMORY;
    if (strcmp(verb, "fill") == 0) return fill(reply, (size_t)number);
    if (strcmp(verb, "cope") == 0) return cope(reply, (size_t)number);
    if (strcmp(verb, "claim") == 0) return claim(reply, (size_t)number);
    if (strcmp(verb, "partial") == 0) return fill(reply, 65536) == RP_OK ? status : RP_ERR_NO_MEMORY;
    rp_reply_write(reply, success, sizeof success - 1);
    if (strcmp(verb, "tamper") == 0) {
        tamper(reply, word);
    } else if (strcmp(verb, "regrow") == 0) {
        rp_reply before = *reply;
        tamper(reply, word);
        before.grow(reply, 1 << 20);
        *reply = before;
    }
    return status;
}

static char instance;

static void *create(const rp_host *host)
{
    (void)host;
    return &instance;
}

static void destroy(void *self)
{
    (void)self;
}

static rp_status handle_message(void *self, const rp_message *message, rp_reply *reply)
{
    char type[256] = {0};
    char *verb, *number, *word;
    (void)self;
    memcpy(type, message->type.data, message->type.len < 255 ? message->type.len : 255);
    verb = strtok(type, ":");
    number = strtok(NULL, ":");
    word = strtok(NULL, ":");
    if (number == NULL) return rp_reply_write(reply, success, sizeof success - 1);
    return answer(verb, strtol(number, NULL, 10), word != NULL ? word : "", message->payload, reply);
}

RP_MODULE(FLAGS, "{\"name\":\"answers\",\"version\":\"1.0.0\",\"protocol\":\"1.0\"}", create, destroy, handle_message);
