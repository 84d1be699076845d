// Sends messages: builds their payloads member by member, and reads the responses.
//
//     rp_reply payload = rp_reply_in(call->memory);
//     rp_writer query = rp_query_start(&payload, "person");
//     rp_member_string(&query, "birth.county", "Kent"); // one condition; any number of them
//     rp_query_sort(&query, "name");
//     rp_query_page(&query, 50, 0);
//     status = rp_call_send(call, "query", &query, &data);
//     if (status != RP_OK) return status; // the error response has been written

#ifndef RP_SDK_REQUEST_H
#define RP_SDK_REQUEST_H

#include "host.h"
#include "record_write.h"

#ifdef __cplusplus
extern "C" {
#endif

// What a function of a module works with: one message, and what is needed to answer it.
typedef struct rp_call {
    void *self;          // the state of the instance
    const rp_host *host; // as passed to create
    uint64_t id;         // of the message
    rp_str event;        // the name of the event, for a listener; otherwise ""
    const void *args;    // a struct of the record that the table names for the function; NULL if it names none
    rp_json json;        // the same as it came, one object
    rp_reply *reply;     // takes the response
    rp_memory *memory;   // valid until the message is answered
} rp_call;

// Starts the payload of a query. Write the conditions first, each a member: `"status":"open"` or `"year":{"gte":1850}`;
// then call rp_query_id, rp_query_sort, rp_query_page, as needed.
//
// payload  an empty reply of your own
static inline rp_writer rp_query_start(rp_reply *payload, const char *entity)
{
    rp_writer query = rp_writer_start(payload);
    rp_writer_open_object(&query);
    rp_member_string(&query, "entity", entity);
    rp_writer_key(&query, "filters");
    rp_writer_open_object(&query);
    return query;
}

// Closes what is open within the payload.
static inline void rp_sdk_end_inner(rp_writer *payload)
{
    while (payload->depth > 1 && payload->result == RP_JSON_OK) rp_writer_close(payload);
}

// Asks for one entity by its id.
static inline void rp_query_id(rp_writer *query, rp_str id)
{
    rp_sdk_end_inner(query);
    rp_member_str(query, "id", id);
}

// Sorts by a path; `-path` reverses the order.
static inline void rp_query_sort(rp_writer *query, const char *path)
{
    rp_sdk_end_inner(query);
    rp_writer_key(query, "sort");
    rp_writer_open_array(query);
    rp_writer_string(query, path);
    rp_writer_close(query);
}

// Asks for at most `limit` entities, after the first `offset`.
static inline void rp_query_page(rp_writer *query, uint64_t limit, uint64_t offset)
{
    rp_sdk_end_inner(query);
    rp_member_uint(query, "limit", limit);
    rp_member_uint(query, "offset", offset);
}

// Starts the payload of a mutation. Write the members of the data first; then call rp_mutation_version, if needed.
//
// operation  "create" or "update"; rp_mutation_delete has no data
// id         of the entity; absent: its keeper assigns one
static inline rp_writer rp_mutation_start(rp_reply *payload, const char *entity, const char *operation, rp_str id)
{
    rp_writer mutation = rp_writer_start(payload);
    rp_writer_open_object(&mutation);
    rp_member_string(&mutation, "entity", entity);
    rp_member_string(&mutation, "operation", operation);
    if (rp_str_is_given(id)) rp_member_str(&mutation, "id", id);
    rp_writer_key(&mutation, "data");
    rp_writer_open_object(&mutation);
    return mutation;
}

// The same with existing data: a struct of a record, or JSON.
static inline rp_writer rp_mutation_record(rp_reply *payload, const char *entity, const char *operation, rp_str id,
                                           const rp_record *record, const void *data)
{
    rp_writer mutation = rp_writer_start(payload);
    rp_writer_open_object(&mutation);
    rp_member_string(&mutation, "entity", entity);
    rp_member_string(&mutation, "operation", operation);
    if (rp_str_is_given(id)) rp_member_str(&mutation, "id", id);
    rp_writer_key(&mutation, "data");
    rp_writer_record(&mutation, record, data);
    return mutation;
}

static inline rp_writer rp_mutation_delete(rp_reply *payload, const char *entity, rp_str id)
{
    rp_writer mutation = rp_writer_start(payload);
    rp_writer_open_object(&mutation);
    rp_member_string(&mutation, "entity", entity);
    rp_member_string(&mutation, "operation", "delete");
    rp_member_str(&mutation, "id", id);
    return mutation;
}

// Update and delete: the version that the entity must have; otherwise the answer has code `conflict`.
static inline void rp_mutation_version(rp_writer *mutation, uint64_t version)
{
    rp_sdk_end_inner(mutation);
    rp_member_uint(mutation, "version", version);
}

// Starts the payload of an event; write the members of its data next.
static inline rp_writer rp_event_start(rp_reply *payload, const char *event)
{
    rp_writer data = rp_writer_start(payload);
    rp_writer_open_object(&data);
    rp_member_string(&data, "event", event);
    rp_writer_key(&data, "data");
    rp_writer_open_object(&data);
    return data;
}

// Starts the payload of a command to another module; write its arguments next.
static inline rp_writer rp_command_start(rp_reply *payload, const char *module, const char *name)
{
    rp_writer args = rp_writer_start(payload);
    rp_writer_open_object(&args);
    rp_member_string(&args, "module", module);
    rp_member_string(&args, "name", name);
    rp_writer_key(&args, "args");
    rp_writer_open_object(&args);
    return args;
}

// Describes a status without a response, for people.
static inline const char *rp_status_text(rp_status status)
{
    switch (status) {
    case RP_ERR_NO_MEMORY: return "no room is left for the response";
    case RP_ERR_CANCELLED: return "cancelled";
    default: return "the host answered with a status that there is not";
    }
}

// Sends what was built, and reads the response. Writes nothing to the reply of the call.
//
// payload       closed here, with all that is open in it
// out_response  valid as long as the call; also after RP_FAILED, which is an error response
// returns       RP_OK, RP_FAILED; RP_ERR_NO_MEMORY or RP_ERR_CANCELLED without a response
// [may-block] [may-call-host]
static inline rp_status rp_call_ask(const rp_call *call, const char *type, rp_writer *payload,
                                    rp_response *out_response)
{
    rp_reply *reply = (rp_reply *)rp_memory_take(call->memory, sizeof *reply);
    rp_json_result result;
    rp_status status;
    if (reply == NULL) return RP_ERR_NO_MEMORY;
    *reply = rp_reply_in(call->memory);
    rp_sdk_end_inner(payload);
    rp_writer_close(payload);
    result = rp_writer_finish(payload);
    if (result == RP_JSON_ERR_NO_MEMORY) return RP_ERR_NO_MEMORY;
    if (result == RP_JSON_OK) status = rp_host_send(call->host, call->id, type, rp_reply_text(payload->reply), reply);
    else
        status = rp_answer_error_str(reply, RP_CODE_INTERNAL,
                                     "the message could not be written: ", rp_str_from(rp_json_result_text(result)));
    if (!RP_HAS_RESPONSE(status)) return status == RP_ERR_CANCELLED ? status : RP_ERR_NO_MEMORY;
    result = rp_response_parse(rp_reply_text(reply), out_response);
    if (result == RP_JSON_OK) return out_response->is_success ? RP_OK : RP_FAILED;
    rp_reply_clear(reply);
    if (rp_answer_error(reply, RP_CODE_INTERNAL, "the host's response is none") == RP_ERR_NO_MEMORY)
        return RP_ERR_NO_MEMORY;
    (void)rp_response_parse(rp_reply_text(reply), out_response);
    return RP_FAILED;
}

// Answers with the error that another module returned.
//
// returns  RP_FAILED; RP_ERR_NO_MEMORY
static inline rp_status rp_answer_response(rp_reply *reply, const rp_response *response)
{
    rp_json code = response->code;
    if (!rp_json_is(code, RP_JSON_STRING)) code = rp_json_literal("\"" RP_CODE_INTERNAL "\"");
    return rp_answer_error_values(reply, code, response->error, response->details);
}

// Sends what was built; an error response of the other side becomes that of this call.
//
// out_data  an object, {} if the response has none; valid as long as the call
// returns   RP_OK: go on; otherwise return this from the function
// [may-block] [may-call-host]
static inline rp_status rp_call_send(const rp_call *call, const char *type, rp_writer *payload, rp_json *out_data)
{
    rp_response response;
    rp_status status = rp_call_ask(call, type, payload, &response);
    *out_data = rp_sdk_nothing();
    if (status == RP_FAILED) return rp_answer_response(call->reply, &response);
    if (status != RP_OK) return status;
    *out_data = rp_json_is(response.data, RP_JSON_NOTHING) ? rp_json_literal("{}") : response.data;
    return RP_OK;
}

// Emits an event. Since it has already happened, a failure is only logged, and work goes on.
//
// record, data  its data, a struct of the record
// [may-call-host]
static inline void rp_call_emit(const rp_call *call, const char *event, const rp_record *record, const void *data)
{
    rp_reply payload = rp_reply_in(call->memory);
    rp_writer writer = rp_writer_start(&payload);
    rp_response response;
    rp_text line;
    rp_str why, text;
    rp_status status;
    rp_writer_open_object(&writer);
    rp_member_string(&writer, "event", event);
    rp_writer_key(&writer, "data");
    rp_writer_record(&writer, record, data);
    status = rp_call_ask(call, "event", &writer, &response);
    if (status == RP_OK) return;
    line = rp_text_start(call->memory);
    rp_text_add(&line, event);
    rp_text_add(&line, " was not emitted: ");
    why = rp_str_from(rp_status_text(status));
    if (status == RP_FAILED && rp_json_take_string(call->memory, response.error, &why) != RP_JSON_OK) return;
    rp_text_add_str(&line, why);
    if (rp_text_finish(&line, &text)) rp_host_log_str(call->host, call->id, RP_LOG_WARN, text);
}

// Reports progress. Needs no grant.
//
// returns  as rp_call_ask
// [may-call-host]
static inline rp_status rp_call_progress(const rp_call *call, uint64_t done, uint64_t total, const char *note)
{
    rp_reply payload = rp_reply_in(call->memory);
    rp_writer data = rp_event_start(&payload, "progress");
    rp_json ignored;
    rp_member_uint(&data, "done", done);
    rp_member_uint(&data, "total", total);
    rp_member_string(&data, "note", note);
    return rp_call_send(call, "event", &data, &ignored);
}

// Gets the time, or answers that the host has no clock.
//
// returns  RP_OK: go on; otherwise return this from the function
// [may-call-host]
static inline rp_status rp_call_now(const rp_call *call, int64_t *out_now_us)
{
    if (rp_host_read_time(call->host, out_now_us)) return RP_OK;
    return rp_answer_error(call->reply, RP_CODE_UNAVAILABLE, "this host does not lend now_us");
}

static inline void rp_sdk_print_uuid(int64_t time_us, unsigned char bytes[16], char *out)
{
    const char *hex = "0123456789abcdef";
    int64_t milliseconds = time_us / 1000 - (time_us % 1000 < 0 ? 1 : 0);
    int i;
    for (i = 0; i < 6; i++) bytes[i] = (unsigned char)((uint64_t)milliseconds >> (40 - 8 * i) & 0xFF);
    bytes[6] = (unsigned char)(0x70 | (bytes[6] & 0x0F));
    bytes[8] = (unsigned char)(0x80 | (bytes[8] & 0x3F));
    for (i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) *out++ = '-';
        *out++ = hex[bytes[i] >> 4];
        *out++ = hex[bytes[i] & 15];
    }
}

// Makes an id: a UUID of version 7, from the host's time and ten of its random bytes.
//
// out_id      valid as long as the call
// out_now_us  the time in the id
// returns     RP_OK: go on; otherwise return this from the function
// [may-call-host]
static inline rp_status rp_call_new_id(const rp_call *call, rp_str *out_id, int64_t *out_now_us)
{
    unsigned char bytes[16];
    char *text = (char *)rp_memory_take(call->memory, 37);
    rp_status status = rp_call_now(call, out_now_us);
    if (text == NULL) return RP_ERR_NO_MEMORY;
    if (status != RP_OK) return status;
    if (!rp_host_fill_random(call->host, bytes + 6, 10)) {
        return rp_answer_error(call->reply, RP_CODE_UNAVAILABLE, "this host does not lend random");
    }
    rp_sdk_print_uuid(*out_now_us, bytes, text);
    *out_id = rp_sdk_slice(text, text + 36);
    return RP_OK;
}

#ifdef __cplusplus
}
#endif

#endif
