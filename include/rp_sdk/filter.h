// Filters and sorts entities in memory as the host's store does.

#ifndef RP_SDK_FILTER_H
#define RP_SDK_FILTER_H

#include "entity.h"
#include "query.h"
#include "value.h"

#ifdef __cplusplus
extern "C" {
#endif

// What a path of a query names.
typedef enum rp_place { RP_PLACE_DATA, RP_PLACE_ID, RP_PLACE_VERSION, RP_PLACE_CREATED, RP_PLACE_MODIFIED } rp_place;

typedef struct rp_filter_path {
    rp_place place;
    rp_strs steps; // of RP_PLACE_DATA
} rp_filter_path;

typedef enum rp_operator {
    RP_OP_EQ,
    RP_OP_NE,
    RP_OP_IN,
    RP_OP_LT,
    RP_OP_LTE,
    RP_OP_GT,
    RP_OP_GTE,
    RP_OP_CONTAINS,
    RP_OP_EXISTS,
    RP_OP_COUNT
} rp_operator;

typedef struct rp_condition {
    rp_filter_path path;
    rp_operator operation;
    rp_value value;
} rp_condition;

typedef struct rp_sort_key {
    rp_filter_path path;
    bool is_descending;
} rp_sort_key;

// What the conditions and the order of a query say.
typedef struct rp_filter {
    rp_list conditions; // of rp_condition
    rp_list sort;       // of rp_sort_key
    rp_memory *memory;
} rp_filter;

// Where a mistake is: "filters: title.like", "sort: /~2".
typedef struct rp_sdk_spot {
    rp_memory *memory;
    rp_reply *reply;
    const char *part;
    rp_str path;
    rp_str operation; // or empty
} rp_sdk_spot;

static inline rp_status rp_sdk_refuse_spot(const rp_sdk_spot *spot, const char *text, rp_str more)
{
    rp_text whole = rp_text_start(spot->memory);
    rp_str message;
    rp_text_add(&whole, spot->part);
    rp_text_add(&whole, ": ");
    rp_text_add_str(&whole, spot->path);
    rp_text_add(&whole, spot->operation.len > 0 ? "." : "");
    rp_text_add_str(&whole, spot->operation);
    rp_text_add(&whole, ": ");
    rp_text_add(&whole, text);
    rp_text_add_str(&whole, more);
    if (!rp_text_finish(&whole, &message)) return RP_ERR_NO_MEMORY;
    return rp_refuse_str(spot->reply, NULL, "", message);
}

// One step of a JSON pointer: ~0 is a ~, ~1 is a /.
static inline rp_status rp_sdk_read_pointer_step(const rp_sdk_spot *spot, rp_str step, rp_strs *steps)
{
    char *plain = (char *)rp_memory_take(spot->memory, step.len + 1);
    size_t len = 0, i;
    if (plain == NULL) return RP_ERR_NO_MEMORY;
    for (i = 0; i < step.len; i++) {
        char c = step.data[i];
        if (c == '~') {
            i++;
            if (i == step.len || (step.data[i] != '0' && step.data[i] != '1')) {
                return rp_sdk_refuse_spot(spot, "a ~ in a JSON pointer that is neither ~0 nor ~1", rp_str_from(""));
            }
            c = step.data[i] == '0' ? '~' : '/';
        }
        plain[len++] = c;
    }
    return rp_strs_add(spot->memory, steps, rp_sdk_slice(plain, plain + len)) ? RP_OK : RP_ERR_NO_MEMORY;
}

static inline rp_status rp_sdk_read_step(const rp_sdk_spot *spot, bool is_pointer, rp_str step, rp_strs *steps)
{
    if (is_pointer) return rp_sdk_read_pointer_step(spot, step, steps);
    if (step.len == 0) {
        const char *text = "an empty step in a path; a key that is empty or holds a dot needs the form /a/b";
        return rp_sdk_refuse_spot(spot, text, rp_str_from(""));
    }
    return rp_strs_add(spot->memory, steps, step) ? RP_OK : RP_ERR_NO_MEMORY;
}

// Reads a path: place.county.0, /place/county/0 or $id.
static inline rp_status rp_sdk_read_path(const rp_sdk_spot *spot, rp_filter_path *out)
{
    const char *at = spot->path.data, *end = at + spot->path.len;
    bool is_pointer = at < end && *at == '/';
    char separator = is_pointer ? '/' : '.';
    rp_status status = RP_OK;
    memset(out, 0, sizeof *out);
    if (rp_str_eq(spot->path, "$id")) out->place = RP_PLACE_ID;
    else if (rp_str_eq(spot->path, "$version")) out->place = RP_PLACE_VERSION;
    else if (rp_str_eq(spot->path, "$created_us")) out->place = RP_PLACE_CREATED;
    else if (rp_str_eq(spot->path, "$modified_us")) out->place = RP_PLACE_MODIFIED;
    if (out->place != RP_PLACE_DATA) return RP_OK;
    if (at < end && *at == '$') {
        const char *known =
            "of the names with $ there are $id, $version, $created_us and $modified_us; a key like that is "
            "written /";
        return rp_sdk_refuse_spot(spot, known, spot->path);
    }
    if (is_pointer) at++;
    for (;;) {
        const char *begin = at;
        while (at < end && *at != separator) at++;
        status = rp_sdk_read_step(spot, is_pointer, rp_sdk_slice(begin, at), &out->steps);
        if (status != RP_OK || at == end) return status;
        at++;
    }
}

static inline rp_operator rp_sdk_find_operator(rp_json name)
{
    static const char *const names[] = {"eq", "ne", "in", "lt", "lte", "gt", "gte", "contains", "exists"};
    int i;
    for (i = 0; i < RP_OP_COUNT; i++) {
        if (rp_json_equals(name, names[i])) return (rp_operator)i;
    }
    return RP_OP_COUNT;
}

static inline bool rp_sdk_is_nested(rp_json value)
{
    return rp_json_is(value, RP_JSON_ARRAY) || rp_json_is(value, RP_JSON_OBJECT);
}

static inline bool rp_sdk_holds_nested(rp_json array)
{
    rp_json_walk walk = rp_json_walk_start(array);
    while (rp_json_walk_next(&walk)) {
        if (rp_sdk_is_nested(walk.value)) return true;
    }
    return false;
}

// What is wrong with the value of an operator, or NULL.
static inline const char *rp_sdk_operand_mistake(rp_operator operation, rp_json value)
{
    rp_json_kind kind = rp_json_kind_of(value);
    bool orders = operation == RP_OP_LT || operation == RP_OP_LTE || operation == RP_OP_GT || operation == RP_OP_GTE;
    if (operation == RP_OP_COUNT) return "expected one of eq ne in lt lte gt gte contains exists";
    if (operation == RP_OP_IN) {
        bool is_good = kind == RP_JSON_ARRAY && !rp_sdk_holds_nested(value);
        return is_good ? NULL : "expected an array of values that are no arrays and no objects";
    }
    if (rp_sdk_is_nested(value)) return "expected a value that is no array and no object";
    if (operation == RP_OP_EXISTS && kind != RP_JSON_BOOL) return "expected true or false";
    if (orders && kind != RP_JSON_NUMBER && kind != RP_JSON_STRING) return "expected a number or a string";
    return NULL;
}

static inline rp_status rp_sdk_add_condition(const rp_sdk_spot *spot, rp_filter *filter, rp_operator operation,
                                             rp_json value)
{
    rp_condition *condition = (rp_condition *)rp_memory_take(spot->memory, sizeof *condition);
    const char *mistake = rp_sdk_operand_mistake(operation, value);
    if (mistake != NULL) return rp_sdk_refuse_spot(spot, mistake, rp_str_from(""));
    if (condition == NULL || !rp_value_of_json(spot->memory, value, &condition->value)) return RP_ERR_NO_MEMORY;
    condition->operation = operation;
    if (!rp_list_add(spot->memory, &filter->conditions, condition)) return RP_ERR_NO_MEMORY;
    // The path is wrong by itself, whatever the operator is.
    {
        rp_sdk_spot path = *spot;
        path.operation = rp_str_from("");
        return rp_sdk_read_path(&path, &condition->path);
    }
}

static inline rp_status rp_sdk_read_operators(rp_sdk_spot *spot, rp_filter *filter, rp_json operators)
{
    rp_json_walk walk = rp_json_walk_start(operators);
    rp_status status = RP_OK;
    while (status == RP_OK && rp_json_walk_next(&walk)) {
        if (rp_json_take_string(spot->memory, walk.key, &spot->operation) == RP_JSON_ERR_NO_MEMORY)
            return RP_ERR_NO_MEMORY;
        status = rp_sdk_add_condition(spot, filter, rp_sdk_find_operator(walk.key), walk.value);
    }
    return status;
}

static inline rp_status rp_sdk_read_conditions(rp_json filters, rp_memory *memory, rp_reply *reply, rp_filter *filter)
{
    rp_json_walk walk = rp_json_walk_start(filters);
    rp_status status = RP_OK;
    while (status == RP_OK && rp_json_walk_next(&walk)) {
        rp_sdk_spot spot;
        spot.memory = memory;
        spot.reply = reply;
        spot.part = "filters";
        spot.path = rp_str_from("");
        spot.operation = rp_str_from("");
        if (rp_json_take_string(memory, walk.key, &spot.path) == RP_JSON_ERR_NO_MEMORY) return RP_ERR_NO_MEMORY;
        if (rp_json_is(walk.value, RP_JSON_OBJECT)) {
            status = rp_sdk_read_operators(&spot, filter, walk.value);
        } else if (rp_json_is(walk.value, RP_JSON_ARRAY)) {
            const char *text = "expected a value that is no array, or an object of operators";
            status = rp_sdk_refuse_spot(&spot, text, rp_str_from(""));
        } else {
            status = rp_sdk_add_condition(&spot, filter, RP_OP_EQ, walk.value);
        }
    }
    return status;
}

static inline rp_status rp_sdk_read_sort(const rp_strs *sort, rp_memory *memory, rp_reply *reply, rp_filter *filter)
{
    rp_status status = RP_OK;
    size_t i;
    for (i = 0; i < sort->count && status == RP_OK; i++) {
        rp_sort_key *key = (rp_sort_key *)rp_memory_take(memory, sizeof *key);
        rp_str text = sort->items[i];
        rp_sdk_spot spot;
        if (key == NULL || !rp_list_add(memory, &filter->sort, key)) return RP_ERR_NO_MEMORY;
        key->is_descending = text.len > 0 && text.data[0] == '-';
        spot.memory = memory;
        spot.reply = reply;
        spot.part = "sort";
        spot.path = rp_sdk_slice(text.data + (key->is_descending ? 1 : 0), text.data + text.len);
        spot.operation = rp_str_from("");
        status = rp_sdk_read_path(&spot, &key->path);
    }
    return status;
}

// Reads the conditions and the order of a query.
//
// returns  RP_OK; RP_FAILED with the error response written; RP_ERR_NO_MEMORY
static inline rp_status rp_filter_read(const rp_query *query, rp_memory *memory, rp_reply *reply, rp_filter *out)
{
    rp_status status;
    memset(out, 0, sizeof *out);
    out->memory = memory;
    status = rp_sdk_read_conditions(query->filters, memory, reply, out);
    return status == RP_OK ? rp_sdk_read_sort(&query->sort, memory, reply, out) : status;
}

// An item of an array by its digits, without a leading zero; the member of an object by its key.
static inline rp_json rp_sdk_take_step(rp_json value, rp_str step)
{
    size_t index = 0, i;
    if (rp_json_is(value, RP_JSON_OBJECT)) return rp_json_get_str(value, step);
    if (step.len == 0 || step.len > 9 || (step.len > 1 && step.data[0] == '0')) return rp_sdk_nothing();
    for (i = 0; i < step.len; i++) {
        if (!rp_sdk_is_digit(step.data[i])) return rp_sdk_nothing();
        index = index * 10 + (size_t)(step.data[i] - '0');
    }
    return rp_json_at(value, index);
}

static inline rp_value rp_sdk_value_of_time(int64_t time_us)
{
    return rp_value_of_whole(time_us < 0, time_us < 0 ? 0 - (uint64_t)time_us : (uint64_t)time_us);
}

// The value that a path leads to.
//
// returns  false: out of memory
static inline bool rp_filter_find(rp_memory *memory, const rp_filter_path *path, const rp_entity *entity, rp_value *out)
{
    rp_json value = entity->data;
    size_t i;
    switch (path->place) {
    case RP_PLACE_ID: *out = rp_value_of_text(entity->id); return true;
    case RP_PLACE_VERSION: *out = rp_value_of_whole(false, entity->version); return true;
    case RP_PLACE_CREATED: *out = rp_sdk_value_of_time(entity->created_us); return true;
    case RP_PLACE_MODIFIED: *out = rp_sdk_value_of_time(entity->modified_us); return true;
    case RP_PLACE_DATA: break;
    }
    for (i = 0; i < path->steps.count; i++) value = rp_sdk_take_step(value, path->steps.items[i]);
    return rp_value_of_json(memory, value, out);
}

// Whether an array has a value in it.
static inline bool rp_sdk_has_item(rp_memory *memory, rp_json array, const rp_value *wanted, bool *out_holds)
{
    rp_json_walk walk = rp_json_walk_start(array);
    *out_holds = false;
    while (!*out_holds && rp_json_walk_next(&walk)) {
        rp_value item;
        if (!rp_value_of_json(memory, walk.value, &item)) return false;
        *out_holds = rp_value_equals(&item, wanted);
    }
    return true;
}

static inline bool rp_sdk_orders(rp_operator operation, const rp_value *found, const rp_value *wanted)
{
    int order;
    if (found->rank != wanted->rank) return false;
    order = rp_value_compare(found, wanted);
    if (order == 0) return operation == RP_OP_LTE || operation == RP_OP_GTE;
    return (order < 0) == (operation == RP_OP_LT || operation == RP_OP_LTE);
}

// Whether a condition holds.
//
// returns  false: out of memory
static inline bool rp_sdk_condition_holds(rp_memory *memory, const rp_condition *condition, const rp_entity *entity,
                                          bool *out_holds)
{
    const rp_value *wanted = &condition->value;
    rp_value found;
    if (!rp_filter_find(memory, &condition->path, entity, &found)) return false;
    if (condition->operation == RP_OP_EXISTS) {
        *out_holds = (found.rank != RP_RANK_MISSING) == (wanted->rank == RP_RANK_TRUE);
        return true;
    }
    *out_holds = false;
    if (found.rank == RP_RANK_MISSING) return true;
    switch (condition->operation) {
    case RP_OP_EXISTS:
    case RP_OP_COUNT: return true;
    case RP_OP_EQ: *out_holds = rp_value_equals(&found, wanted); return true;
    case RP_OP_NE: *out_holds = !rp_value_equals(&found, wanted); return true;
    case RP_OP_IN: return rp_sdk_has_item(memory, wanted->json, &found, out_holds);
    case RP_OP_CONTAINS:
        if (rp_json_is(found.json, RP_JSON_ARRAY)) return rp_sdk_has_item(memory, found.json, wanted, out_holds);
        *out_holds =
            found.rank == RP_RANK_TEXT && wanted->rank == RP_RANK_TEXT && rp_str_contains(found.text, wanted->text);
        return true;
    case RP_OP_LT:
    case RP_OP_LTE:
    case RP_OP_GT:
    case RP_OP_GTE: *out_holds = rp_sdk_orders(condition->operation, &found, wanted); return true;
    }
    return true;
}

// Whether all conditions hold.
//
// returns  false: out of memory
static inline bool rp_filter_holds(const rp_filter *filter, const rp_entity *entity, bool *out_holds)
{
    size_t i;
    *out_holds = true;
    for (i = 0; i < filter->conditions.count && *out_holds; i++) {
        const rp_condition *condition = (const rp_condition *)filter->conditions.items[i];
        if (!rp_sdk_condition_holds(filter->memory, condition, entity, out_holds)) return false;
    }
    return true;
}

#ifdef __cplusplus
}
#endif

#endif
