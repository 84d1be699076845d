// The payloads of queries and mutations that a module receives for the entities it provides.

#ifndef RP_SDK_QUERY_H
#define RP_SDK_QUERY_H

#include "record.h"

#ifdef __cplusplus
extern "C" {
#endif

// The payload of a query.
typedef struct rp_query {
    rp_str entity;
    rp_str id;       // or absent
    rp_json filters; // an object, or nothing
    rp_strs include;
    rp_strs sort;
    rp_uint limit;
    rp_uint offset;
} rp_query;

typedef enum rp_operation { RP_CREATE = 1, RP_UPDATE, RP_DELETE } rp_operation;

// The payload of a mutation.
typedef struct rp_mutation {
    rp_str entity;
    rp_operation operation;
    rp_str id;    // or absent
    rp_json data; // an object, or nothing
    rp_uint version;
    bool force;
} rp_mutation;

// Refuses a member of a payload: "FIELD: expected WHAT", without details.
static inline rp_status rp_expected(rp_reply *reply, const char *field, const char *what)
{
    rp_writer response = rp_sdk_error_start(reply);
    rp_sdk_put_text(&response, rp_str_from(field));
    rp_sdk_put_text(&response, rp_str_from(": expected "));
    rp_sdk_put_text(&response, rp_str_from(what));
    return rp_sdk_error_finish(&response, RP_CODE_INVALID_PAYLOAD);
}

// Finds the members of a payload in one walk; refuses a member that occurs twice.
//
// keys, count  what to look for
// out_values   in the order of the keys; nothing for a missing one
// returns      RP_OK; RP_FAILED with the error response written; RP_ERR_NO_MEMORY
static inline rp_status rp_payload_find(rp_json payload, rp_reply *reply, const char *const *keys, rp_json *out_values,
                                        size_t count)
{
    rp_json_walk walk = rp_json_walk_start(payload);
    size_t i;
    for (i = 0; i < count; i++) out_values[i] = rp_sdk_nothing();
    while (rp_json_walk_next(&walk)) {
        for (i = 0; i < count && !rp_json_equals(walk.key, keys[i]); i++) {
        }
        if (i == count) continue;
        if (!rp_json_is(out_values[i], RP_JSON_NOTHING)) {
            return rp_answer_error_str(reply, RP_CODE_INVALID_PAYLOAD, keys[i], rp_str_from(": given more than once"));
        }
        out_values[i] = walk.value;
    }
    return RP_OK;
}

// A string, which may be missing if it is optional.
static inline rp_status rp_sdk_payload_str(rp_json value, bool is_optional, rp_memory *memory, rp_reply *reply,
                                           const char *field, rp_str *out)
{
    rp_json_result result = rp_json_take_string(memory, value, out);
    if (result == RP_JSON_ERR_MISSING && is_optional) *out = rp_str_absent();
    else if (result == RP_JSON_ERR_NO_MEMORY) return RP_ERR_NO_MEMORY;
    else if (result != RP_JSON_OK) return rp_expected(reply, field, "a string");
    return RP_OK;
}

static inline rp_status rp_sdk_payload_strs(rp_json value, rp_memory *memory, rp_reply *reply, const char *field,
                                            rp_strs *out)
{
    rp_json_walk walk = rp_json_walk_start(value);
    memset(out, 0, sizeof *out);
    if (rp_json_is(value, RP_JSON_NOTHING)) return RP_OK;
    if (!rp_json_is(value, RP_JSON_ARRAY)) return rp_expected(reply, field, "an array of strings");
    while (rp_json_walk_next(&walk)) {
        rp_str text;
        rp_json_result result = rp_json_take_string(memory, walk.value, &text);
        if (result == RP_JSON_ERR_NO_MEMORY) return RP_ERR_NO_MEMORY;
        if (result != RP_JSON_OK) return rp_expected(reply, field, "an array of strings");
        if (!rp_strs_add(memory, out, text)) return RP_ERR_NO_MEMORY;
    }
    return RP_OK;
}

static inline rp_status rp_sdk_payload_uint(rp_json value, rp_reply *reply, const char *field, rp_uint *out)
{
    memset(out, 0, sizeof *out);
    if (rp_json_is(value, RP_JSON_NOTHING)) return RP_OK;
    out->is_given = true;
    if (!rp_str_eq(value.text, "-0") && rp_json_read_uint(value, &out->value) == RP_JSON_OK) return RP_OK;
    return rp_expected(reply, field, "a whole number");
}

static inline rp_status rp_sdk_payload_object(rp_json value, rp_reply *reply, const char *field, rp_json *out)
{
    *out = value;
    if (rp_json_is(value, RP_JSON_NOTHING) || rp_json_is(value, RP_JSON_OBJECT)) return RP_OK;
    return rp_expected(reply, field, "an object");
}

// Reads the payload of a query.
//
// returns  RP_OK; RP_FAILED with the error response written; RP_ERR_NO_MEMORY
static inline rp_status rp_query_read(rp_json payload, rp_memory *memory, rp_reply *reply, rp_query *out)
{
    static const char *const keys[] = {"entity", "id", "filters", "include", "sort", "limit", "offset"};
    rp_json values[7];
    rp_status status = rp_payload_find(payload, reply, keys, values, 7);
    if (status == RP_OK) status = rp_sdk_payload_str(values[0], false, memory, reply, keys[0], &out->entity);
    if (status == RP_OK) status = rp_sdk_payload_str(values[1], true, memory, reply, keys[1], &out->id);
    if (status == RP_OK) status = rp_sdk_payload_object(values[2], reply, keys[2], &out->filters);
    if (status == RP_OK) status = rp_sdk_payload_strs(values[3], memory, reply, keys[3], &out->include);
    if (status == RP_OK) status = rp_sdk_payload_strs(values[4], memory, reply, keys[4], &out->sort);
    if (status == RP_OK) status = rp_sdk_payload_uint(values[5], reply, keys[5], &out->limit);
    if (status == RP_OK) status = rp_sdk_payload_uint(values[6], reply, keys[6], &out->offset);
    return status;
}

static inline rp_status rp_sdk_payload_operation(rp_json value, rp_reply *reply, rp_operation *out)
{
    if (rp_json_equals(value, "create")) *out = RP_CREATE;
    else if (rp_json_equals(value, "update")) *out = RP_UPDATE;
    else if (rp_json_equals(value, "delete")) *out = RP_DELETE;
    else return rp_expected(reply, "operation", "create, update or delete");
    return RP_OK;
}

// Reads the payload of a mutation.
//
// returns  as rp_query_read
static inline rp_status rp_mutation_read(rp_json payload, rp_memory *memory, rp_reply *reply, rp_mutation *out)
{
    static const char *const keys[] = {"entity", "operation", "id", "data", "version", "force"};
    rp_json values[6];
    rp_status status = rp_payload_find(payload, reply, keys, values, 6);
    memset(out, 0, sizeof *out);
    if (status == RP_OK) status = rp_sdk_payload_str(values[0], false, memory, reply, keys[0], &out->entity);
    if (status == RP_OK) status = rp_sdk_payload_operation(values[1], reply, &out->operation);
    if (status == RP_OK) status = rp_sdk_payload_str(values[2], true, memory, reply, keys[2], &out->id);
    if (status == RP_OK) status = rp_sdk_payload_object(values[3], reply, keys[3], &out->data);
    if (status == RP_OK) status = rp_sdk_payload_uint(values[4], reply, keys[4], &out->version);
    if (status != RP_OK || rp_json_is(values[5], RP_JSON_NOTHING)) return status;
    if (rp_json_read_bool(values[5], &out->force) == RP_JSON_OK) return RP_OK;
    return rp_expected(reply, keys[5], "true or false");
}

#ifdef __cplusplus
}
#endif

#endif
