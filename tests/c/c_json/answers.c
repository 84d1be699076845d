// Answers, replies of one's own, the writer's care against misuse, and a host that is asked.
#define RP_SDK_STDIO
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

static bool says(const rp_reply *reply, const char *text)
{
    if (rp_str_eq(rp_reply_text(reply), text)) return true;
    fprintf(stderr, "%.*s\n", (int)reply->len, rp_reply_text(reply).data);
    return false;
}

static void check_answers(void)
{
    rp_reply reply = rp_reply_create();
    rp_writer data;
    CHECK(says(&reply, ""));
    CHECK(rp_answer_empty(&reply) == RP_OK);
    CHECK(says(&reply, "{\"status\":\"success\",\"data\":{}}"));

    rp_reply_clear(&reply);
    data = rp_answer_start(&reply);
    rp_writer_key(&data, "list");
    rp_writer_open_array(&data);
    rp_writer_int(&data, INT64_MIN);
    rp_writer_uint(&data, UINT64_MAX);
    rp_writer_null(&data);
    rp_writer_bool(&data, true);
    rp_writer_double(&data, 0.1);
    rp_writer_close(&data);
    rp_writer_key(&data, "a\"b");
    rp_writer_json(&data, rp_json_literal(" [ 1 ] "));
    CHECK(rp_answer_finish(&data) == RP_OK);
    CHECK(says(&reply, "{\"status\":\"success\",\"data\":{\"list\":[-9223372036854775808,18446744073709551615,null,true,0.1],"
                       "\"a\\\"b\":[ 1 ]}}"));

    rp_reply_clear(&reply);
    CHECK(rp_answer_error_str(&reply, RP_CODE_NOT_FOUND, "no such log: ", rp_str_from("a\nb")) == RP_FAILED);
    CHECK(says(&reply, "{\"status\":\"error\",\"error\":\"no such log: a\\nb\",\"code\":\"not_found\"}"));

    rp_reply_clear(&reply);
    CHECK(rp_answer_error_json(&reply, "x", "got ", rp_json_literal("\"\\u0041\\u000a\"")) == RP_FAILED);
    CHECK(says(&reply, "{\"status\":\"error\",\"error\":\"got A\\n\",\"code\":\"x\"}"));

    rp_reply_clear(&reply);
    CHECK(rp_answer_error_json(&reply, "x", "got ", rp_json_literal("[\"a\"]")) == RP_FAILED);
    CHECK(says(&reply, "{\"status\":\"error\",\"error\":\"got [\\\"a\\\"]\",\"code\":\"x\"}"));

    rp_reply_clear(&reply);
    CHECK(rp_answer_error_values(&reply, rp_json_literal("\"c\""), rp_json_literal("\"t\""), rp_json_literal("{\"d\":1}")) == RP_FAILED);
    CHECK(says(&reply, "{\"status\":\"error\",\"error\":\"t\",\"code\":\"c\",\"details\":{\"d\":1}}"));

    rp_reply_clear(&reply);
    CHECK(rp_answer_error_details(&reply, rp_str_from("c"), rp_str_from("t\""), rp_json_literal("{\"d\":1}")) == RP_FAILED);
    CHECK(says(&reply, "{\"status\":\"error\",\"error\":\"t\\\"\",\"code\":\"c\",\"details\":{\"d\":1}}"));

    rp_reply_clear(&reply);
    data = rp_answer_value_start(&reply);
    rp_writer_string(&data, "a value that is no object");
    CHECK(rp_answer_value_finish(&data) == RP_OK);
    CHECK(says(&reply, "{\"status\":\"success\",\"data\":\"a value that is no object\"}"));

    rp_reply_clear(&reply);
    CHECK(rp_answer_error_values(&reply, rp_json_literal("1"), rp_json_literal("\"t\""), rp_json_literal("")) == RP_FAILED);
    CHECK(says(&reply, "{\"status\":\"error\",\"error\":\"the response could not be written: a value of another kind\",\"code\":\"internal\"}"));
    rp_reply_destroy(&reply);
}

// Each mistake alone, in a data object that is otherwise right.
static void make_mistake(rp_writer *data, int mistake)
{
    switch (mistake) {
    case 0: rp_writer_int(data, 1); break;
    case 1: rp_writer_key(data, "a"); break;
    case 2:
        rp_writer_key(data, "a");
        rp_writer_key(data, "b");
        rp_writer_int(data, 1);
        break;
    case 3:
        rp_writer_key(data, "a");
        rp_writer_open_array(data);
        break;
    case 4: rp_writer_close(data); break;
    case 5:
        rp_writer_key(data, "a");
        rp_writer_open_array(data);
        rp_writer_key(data, "b");
        rp_writer_close(data);
        break;
    case 6:
        rp_writer_key(data, "a");
        rp_writer_json(data, rp_json_get(rp_json_literal("{}"), "missing"));
        break;
    case 7:
        rp_writer_key(data, "a");
        rp_writer_string(data, "\xC0\x80");
        break;
    default:
        rp_writer_close(data);
        rp_writer_close(data);
        rp_writer_close(data);
        rp_writer_open_object(data);
        rp_writer_open_object(data);
        break;
    }
}

static void check_mistakes(void)
{
    rp_reply reply = rp_reply_create();
    int mistake;
    for (mistake = 0; mistake < 9; mistake++) {
        rp_response response;
        rp_writer data;
        rp_reply_clear(&reply);
        data = rp_answer_start(&reply);
        make_mistake(&data, mistake);
        CHECK(rp_answer_finish(&data) == RP_FAILED);
        CHECK(rp_response_parse(rp_reply_text(&reply), &response) == RP_JSON_OK);
        CHECK(!response.is_success && rp_json_equals(response.code, RP_CODE_INTERNAL));
    }
    rp_reply_destroy(&reply);
}

static void check_writer_depth(void)
{
    rp_reply reply = rp_reply_create();
    rp_writer writer = rp_writer_start(&reply);
    int i;
    for (i = 0; i < RP_JSON_MAX_DEPTH; i++) rp_writer_open_array(&writer);
    for (i = 0; i < RP_JSON_MAX_DEPTH; i++) rp_writer_close(&writer);
    CHECK(rp_writer_finish(&writer) == RP_JSON_OK);
    writer = rp_writer_start(&reply);
    for (i = 0; i <= RP_JSON_MAX_DEPTH; i++) rp_writer_open_array(&writer);
    CHECK(rp_writer_finish(&writer) == RP_JSON_ERR_TOO_DEEP);
    CHECK(reply.len == 2 * RP_JSON_MAX_DEPTH);
    rp_reply_destroy(&reply);
}

static rp_status answer_something(rp_reply *reply)
{
    rp_writer data = rp_answer_start(reply);
    rp_writer_key(&data, "text");
    rp_writer_string(&data, "a \"quoted\" word");
    return rp_answer_finish(&data);
}

static void check_fixed_reply_at_every_size(void)
{
    size_t capacity;
    rp_status status = RP_ERR_NO_MEMORY;
    for (capacity = 0; status != RP_OK; capacity++) {
        char *buffer = (char *)malloc(capacity + 1);
        rp_reply reply;
        CHECK(buffer != NULL);
        reply = rp_reply_fixed(buffer, capacity);
        buffer[capacity] = 'x';
        status = answer_something(&reply);
        CHECK(buffer[capacity] == 'x');
        CHECK(status == RP_OK ? reply.len == capacity : status == RP_ERR_NO_MEMORY && reply.len == 0);
        CHECK(status == RP_OK || rp_answer_error(&reply, "code", "a text longer than all of that, so it never fits") == RP_ERR_NO_MEMORY);
        CHECK(status == RP_OK || reply.len == 0);
        free(buffer);
    }
    CHECK(capacity > 40);
}

static rp_status open_text(const char *text, uint32_t flags, rp_reply *reply)
{
    rp_json payload;
    rp_message message;
    memset(&message, 0, sizeof message);
    message.struct_size = (uint32_t)sizeof message;
    message.flags = flags;
    message.type = rp_str_from("command");
    message.payload = rp_str_from(text);
    rp_reply_clear(reply);
    return rp_message_open(reply, &message, reply, &payload);
}

static bool fails_with(rp_status status, const rp_reply *reply, const char *code)
{
    rp_response response;
    return status == RP_FAILED && rp_response_parse(rp_reply_text(reply), &response) == RP_JSON_OK &&
           !response.is_success && rp_json_equals(response.code, code);
}

static void check_messages(void)
{
    rp_reply reply = rp_reply_create();
    rp_json payload, name, args;
    rp_str with_nul = {"a\0b", 3};
    CHECK(open_text("{}", 0, &reply) == RP_OK && reply.len == 0);
    CHECK(fails_with(open_text("{", 0, &reply), &reply, RP_CODE_INVALID_JSON));
    CHECK(fails_with(open_text("[]", 0, &reply), &reply, RP_CODE_INVALID_PAYLOAD));
    CHECK(fails_with(open_text("{}", 8, &reply), &reply, RP_CODE_NOT_SUPPORTED));
    CHECK(rp_message_open(NULL, NULL, NULL, &payload) == RP_ERR_NO_MEMORY);
    rp_reply_clear(&reply);
    CHECK(fails_with(rp_message_open(&reply, NULL, &reply, &payload), &reply, RP_CODE_INVALID_PAYLOAD));

    rp_reply_clear(&reply);
    CHECK(rp_command_open(rp_json_literal("{\"n\\u0061me\":\"p\",\"args\":{\"a\":[1,{\"b\":2}]}}"), &reply, &name, &args) == RP_OK);
    CHECK(rp_json_equals(name, "p") && rp_json_count(rp_json_get(args, "a")) == 2);
    CHECK(rp_json_equals(rp_json_at(rp_json_get(args, "a"), 0), "1") == false);
    CHECK(rp_str_eq(rp_json_get(rp_json_at(rp_json_get(args, "a"), 1), "b").text, "2"));
    CHECK(rp_json_is(rp_json_at(rp_json_get(args, "a"), 2), RP_JSON_NOTHING));
    CHECK(rp_json_is(rp_json_get_str(args, rp_str_from("a")), RP_JSON_ARRAY));
    CHECK(rp_json_equals_str(rp_json_literal("\"a\\u0000b\""), with_nul));
    CHECK(!rp_json_equals_str(rp_json_literal("\"a\\u0000b\""), rp_str_from("a")));
    CHECK(rp_str_equals(rp_str_from("ab"), rp_str_from("ab")) && !rp_str_equals(rp_str_from("ab"), rp_str_from("a")));
    CHECK(rp_json_is(rp_json_get(name, "x"), RP_JSON_NOTHING) && rp_json_is(rp_json_at(args, 0), RP_JSON_NOTHING));
    CHECK(fails_with(rp_command_open(rp_json_literal("{\"name\":\"\\ud800\"}"), &reply, &name, &args), &reply, RP_CODE_INVALID_PAYLOAD));
    rp_reply_clear(&reply);
    CHECK(fails_with(rp_command_open(rp_json_literal("{\"name\":\"p\",\"args\":[]}"), &reply, &name, &args), &reply, RP_CODE_INVALID_PAYLOAD));
    rp_reply_destroy(&reply);
}

static void check_string_buffers(void)
{
    char buffer[8];
    size_t len = 99;
    rp_json string = rp_json_literal("\"\\u00e9\\u0000x\""), missing = rp_json_get(string, "a");
    int64_t number = 5;
    CHECK(rp_json_read_string(string, buffer, 4, &len) == RP_JSON_ERR_NO_ROOM && len == 99);
    CHECK(rp_json_read_string(string, buffer, 5, &len) == RP_JSON_OK && len == 4 && memcmp(buffer, "\xC3\xA9\0x", 5) == 0);
    CHECK(rp_json_read_string(missing, buffer, 8, &len) == RP_JSON_ERR_MISSING);
    CHECK(rp_json_read_int(missing, &number) == RP_JSON_ERR_MISSING && number == 5);
    CHECK(rp_json_is(rp_json_literal("{"), RP_JSON_NOTHING));
}

static char log_line[2048];

static void RP_CALL keep_log(const rp_host *host, uint64_t message_id, int32_t level, const char *text, size_t len)
{
    (void)host;
    CHECK(message_id == 7 && level == RP_LOG_WARN && len < sizeof log_line);
    memcpy(log_line, text, len);
    log_line[len] = '\0';
}

static rp_status RP_CALL echo_payload(const rp_host *host, const rp_message *message, rp_reply *reply)
{
    rp_json payload;
    (void)host;
    CHECK(message->struct_size == sizeof *message && message->cause == 7 && message->id == 0 && message->flags == 0);
    CHECK(rp_json_parse(message->payload, &payload) == RP_JSON_OK);
    return rp_answer_json(reply, payload);
}

static void check_host(void)
{
    rp_host host;
    char room[100];
    rp_reply request = rp_reply_fixed(room, sizeof room), reply = rp_reply_create();
    rp_response response;
    int64_t now_us;
    memset(&host, 0, sizeof host);
    host.struct_size = (uint32_t)sizeof host;
    CHECK(fails_with(rp_host_send(&host, 7, "query", rp_str_from("{}"), &reply), &reply, RP_CODE_UNAVAILABLE));
    CHECK(!rp_host_read_time(&host, &now_us) && !rp_host_is_cancelled(&host, 7) && !rp_host_fill_random(&host, room, 1));
    rp_host_log(&host, 7, RP_LOG_WARN, "lost");

    host.send = echo_payload;
    host.write_log = keep_log;
    rp_reply_clear(&reply);
    CHECK(rp_host_command(&host, 7, "research-log", "create", rp_json_literal("{\"a\":1}"), &request, &reply) == RP_OK);
    CHECK(request.len == 0 && rp_response_parse(rp_reply_text(&reply), &response) == RP_JSON_OK && response.is_success);
    CHECK(rp_str_eq(response.data.text, "{\"module\":\"research-log\",\"name\":\"create\",\"args\":{\"a\":1}}"));
    request.capacity = 20;
    CHECK(rp_host_command(&host, 7, "research-log", "create", rp_json_literal("{}"), &request, &reply) == RP_ERR_NO_MEMORY);

    rp_host_logf(&host, 7, RP_LOG_WARN, "%d of %s", 3, "all");
    CHECK(strcmp(log_line, "3 of all") == 0);
    rp_host_logf(&host, 7, RP_LOG_WARN, "%1019s\xC3\xA9 and more", "a");
    CHECK(strlen(log_line) == 1022 && strcmp(log_line + 1018, "a...") == 0);
    rp_reply_destroy(&reply);
}

static void check_responses(void)
{
    rp_response response;
    CHECK(rp_response_parse(rp_str_from("{\"status\":\"success\"}"), &response) == RP_JSON_OK && response.is_success);
    CHECK(rp_json_is(response.data, RP_JSON_NOTHING));
    CHECK(rp_response_parse(rp_str_from("{\"status\":\"error\",\"error\":\"e\"}"), &response) == RP_JSON_OK && !response.is_success);
    CHECK(rp_response_parse(rp_str_from("{\"status\":\"error\"}"), &response) == RP_JSON_ERR_MISSING);
    CHECK(rp_response_parse(rp_str_from("{}"), &response) == RP_JSON_ERR_MISSING);
    CHECK(rp_response_parse(rp_str_from("[]"), &response) == RP_JSON_ERR_MISSING);
    CHECK(rp_response_parse(rp_str_from("{\"status\":\"maybe\"}"), &response) == RP_JSON_ERR_WRONG_KIND);
    CHECK(rp_response_parse(rp_str_from("{"), &response) == RP_JSON_ERR_INVALID);
}

int main(void)
{
    check_answers();
    check_mistakes();
    check_writer_depth();
    check_fixed_reply_at_every_size();
    check_messages();
    check_string_buffers();
    check_host();
    check_responses();
    return 0;
}
