// Answers requests from stdin on stdout: what the reader and the writer of rp_sdk.h make of a text.
//
// request   operation (1 byte), length (4 bytes, little endian), bytes
// response  rp_json_result (4 bytes), length (4 bytes), bytes
#include "rp_sdk.h"

#include <stdio.h>
#include <stdlib.h>

// Not assert: it must stay when NDEBUG is defined.
#define CHECK(condition)                                                             \
    do {                                                                             \
        if (!(condition)) {                                                          \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);  \
            exit(1);                                                                 \
        }                                                                            \
    } while (0)

static void *allocate(size_t size)
{
    void *memory = malloc(size > 0 ? size : 1);
    CHECK(memory != NULL);
    return memory;
}

static void write_number(rp_writer *writer, rp_json number)
{
    int64_t integer;
    uint64_t natural;
    double real;
    if (rp_json_read_int(number, &integer) == RP_JSON_OK) rp_writer_int(writer, integer);
    else if (rp_json_read_uint(number, &natural) == RP_JSON_OK) rp_writer_uint(writer, natural);
    else if (rp_json_read_double(number, &real) == RP_JSON_OK) rp_writer_double(writer, real);
    else rp_writer_json(writer, number);
}

// What cannot be decoded goes through as it is.
static char *decode(rp_json string, size_t *out_len)
{
    char *text = (char *)allocate(string.text.len);
    rp_json_result result = rp_json_read_string(string, text, string.text.len, out_len);
    if (result == RP_JSON_OK) {
        CHECK(text[*out_len] == '\0');
        return text;
    }
    CHECK(result == RP_JSON_ERR_NOT_TEXT);
    free(text);
    return NULL;
}

static void write_string(rp_writer *writer, rp_json string)
{
    rp_str text;
    char *decoded = decode(string, &text.len);
    if (decoded == NULL) {
        rp_writer_json(writer, string);
        return;
    }
    text.data = decoded;
    rp_writer_str(writer, text);
    free(decoded);
}

static void write_key(rp_writer *writer, rp_json key)
{
    rp_str text;
    char *decoded = decode(key, &text.len);
    if (decoded == NULL) text = rp_str_from("half a surrogate pair");
    else text.data = decoded;
    rp_writer_key_str(writer, text);
    free(decoded);
}

static void write_value(rp_writer *writer, rp_json value)
{
    rp_json_walk walk = rp_json_walk_start(value);
    bool truth;
    switch (rp_json_kind_of(value)) {
    case RP_JSON_NOTHING: CHECK(false); break;
    case RP_JSON_NULL: rp_writer_null(writer); break;
    case RP_JSON_BOOL:
        CHECK(rp_json_read_bool(value, &truth) == RP_JSON_OK);
        rp_writer_bool(writer, truth);
        break;
    case RP_JSON_NUMBER: write_number(writer, value); break;
    case RP_JSON_STRING: write_string(writer, value); break;
    case RP_JSON_ARRAY:
    case RP_JSON_OBJECT:
        if (walk.has_keys) rp_writer_open_object(writer);
        else rp_writer_open_array(writer);
        while (rp_json_walk_next(&walk)) {
            if (walk.has_keys) write_key(writer, walk.key);
            write_value(writer, walk.value);
        }
        rp_writer_close(writer);
        break;
    }
}

static rp_json_result rewrite(rp_str text, rp_reply *reply)
{
    rp_json value;
    rp_writer writer;
    rp_json_result result = rp_json_parse(text, &value);
    if (result != RP_JSON_OK) return result;
    writer = rp_writer_start(reply);
    write_value(&writer, value);
    return rp_writer_finish(&writer);
}

// A reply that gives one byte more than asked for, always moves, and fails at the call number context counts down to.
static rp_status RP_CALL grow_grudgingly(rp_reply *reply, size_t additional)
{
    size_t *calls_left = (size_t *)reply->context;
    size_t capacity = reply->len + additional + 1;
    char *data;
    if (*calls_left == 0) return RP_ERR_NO_MEMORY;
    *calls_left -= 1;
    data = (char *)allocate(capacity);
    memset(data, 0x7F, capacity);
    if (reply->len > 0) memcpy(data, reply->data, reply->len);
    free(reply->data);
    reply->data = data;
    reply->capacity = capacity;
    return RP_OK;
}

// Writes the text with growth that fails at the first call, the second, ... until all goes well.
static rp_json_result rewrite_with_failing_growth(rp_str text, rp_reply *out)
{
    size_t calls;
    for (calls = 0;; calls++) {
        size_t calls_left = calls + 1; // one for what stands there before
        rp_reply reply = rp_reply_fixed(NULL, 0);
        rp_json_result result;
        reply.context = &calls_left;
        reply.grow = grow_grudgingly;
        CHECK(rp_reply_write(&reply, "before", 6) == RP_OK);
        result = rewrite(text, &reply);
        CHECK(memcmp(reply.data, "before", 6) == 0);
        if (result != RP_JSON_ERR_NO_MEMORY) {
            CHECK(rp_reply_write(out, reply.data + 6, reply.len - 6) == RP_OK);
            free(reply.data);
            return result;
        }
        CHECK(reply.len == 6);
        free(reply.data);
    }
}

// Writes the text into buffers of 0 bytes, 1 byte, ... until it fits, exactly.
static rp_json_result rewrite_into_fixed_buffers(rp_str text, rp_reply *out)
{
    size_t capacity;
    for (capacity = 0;; capacity++) {
        char *buffer = (char *)allocate(capacity);
        rp_reply reply = rp_reply_fixed(buffer, capacity);
        rp_json_result result = rewrite(text, &reply);
        CHECK(result != RP_JSON_ERR_NO_MEMORY || reply.len == 0);
        CHECK(result != RP_JSON_OK || reply.len == capacity);
        if (result != RP_JSON_ERR_NO_MEMORY) CHECK(rp_reply_write(out, buffer, reply.len) == RP_OK);
        free(buffer);
        if (result != RP_JSON_ERR_NO_MEMORY) return result;
    }
}

static rp_json_result put_bits(rp_reply *out, const void *number)
{
    CHECK(rp_reply_write(out, (const char *)number, 8) == RP_OK);
    return RP_JSON_OK;
}

static rp_json_result read_as(char operation, rp_str text, rp_reply *out)
{
    rp_json value;
    double real;
    int64_t integer;
    uint64_t natural;
    size_t len;
    char *decoded;
    rp_json_result result = rp_json_parse(text, &value);
    if (result != RP_JSON_OK) return result;
    if (operation == 'd') result = rp_json_read_double(value, &real);
    if (operation == 'i') result = rp_json_read_int(value, &integer);
    if (operation == 'u') result = rp_json_read_uint(value, &natural);
    if (operation == 's') result = rp_json_string_len(value, &len);
    if (result != RP_JSON_OK) return result;
    if (operation == 'd') return put_bits(out, &real);
    if (operation == 'i') return put_bits(out, &integer);
    if (operation == 'u') return put_bits(out, &natural);
    decoded = decode(value, &len);
    CHECK(decoded != NULL);
    if (memchr(decoded, '\0', len) == NULL) CHECK(rp_json_equals(value, decoded));
    CHECK(len == 0 || !rp_json_equals(value, ""));
    CHECK(rp_reply_write(out, decoded, len) == RP_OK);
    free(decoded);
    return RP_JSON_OK;
}

static rp_json_result write_double(rp_str bits, rp_reply *out)
{
    rp_writer writer = rp_writer_start(out);
    double number;
    CHECK(bits.len == sizeof number);
    memcpy(&number, bits.data, sizeof number);
    rp_writer_double(&writer, number);
    return rp_writer_finish(&writer);
}

static rp_json_result write_text(rp_str text, rp_reply *out)
{
    rp_writer writer = rp_writer_start(out);
    rp_writer_str(&writer, text);
    return rp_writer_finish(&writer);
}

static rp_json_result answer(char operation, rp_str text, rp_reply *out)
{
    rp_json value;
    switch (operation) {
    case 'p': return rp_json_parse(text, &value);
    case 'r': return rewrite(text, out);
    case 'g': return rewrite_with_failing_growth(text, out);
    case 'f': return rewrite_into_fixed_buffers(text, out);
    case 'D': return write_double(text, out);
    case 'S': return write_text(text, out);
    default: return read_as(operation, text, out);
    }
}

static void put_number(size_t number)
{
    int i;
    for (i = 0; i < 4; i++) putchar((int)(number >> (8 * i) & 0xFF));
}

static size_t get_number(void)
{
    size_t number = 0;
    int i;
    for (i = 0; i < 4; i++) number |= (size_t)getchar() << (8 * i);
    return number;
}

int main(void)
{
    int operation;
    rp_reply out = rp_reply_create();
    while ((operation = getchar()) != EOF) {
        rp_str text;
        rp_json_result result;
        char *bytes;
        text.len = get_number();
        bytes = (char *)allocate(text.len); // its own, so that a sanitizer sees one byte read too much
        CHECK(fread(bytes, 1, text.len, stdin) == text.len);
        text.data = bytes;
        rp_reply_clear(&out);
        result = answer((char)operation, text, &out);
        free(bytes);
        if (result != RP_JSON_OK) rp_reply_clear(&out);
        put_number((size_t)result);
        put_number(out.len);
        fwrite(rp_reply_text(&out).data, 1, out.len, stdout);
    }
    rp_reply_destroy(&out);
    return 0;
}
