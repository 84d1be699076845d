// Values that filters and sorting compare, and the order between them: that of the host's store.

#ifndef RP_SDK_VALUE_H
#define RP_SDK_VALUE_H

#include "memory.h"

#ifdef __cplusplus
extern "C" {
#endif

// In the order that sorting follows.
typedef enum rp_value_rank {
    RP_RANK_MISSING,
    RP_RANK_NULL,
    RP_RANK_NESTED, // an array or an object
    RP_RANK_FALSE,
    RP_RANK_TRUE,
    RP_RANK_NUMBER,
    RP_RANK_TEXT
} rp_value_rank;

typedef struct rp_value {
    rp_value_rank rank;
    rp_str text;        // of RP_RANK_TEXT, decoded
    rp_json json;       // where it came from, or nothing
    bool is_whole;      // a number of 64 bits, exactly
    bool is_negative;   // of a whole number
    uint64_t magnitude; // of a whole number
    double nearest;     // of every number
} rp_value;

static inline rp_value rp_value_missing(void)
{
    rp_value value;
    memset(&value, 0, sizeof value);
    value.json = rp_sdk_nothing();
    value.text = rp_str_from("");
    return value;
}

static inline rp_value rp_value_of_text(rp_str text)
{
    rp_value value = rp_value_missing();
    value.rank = RP_RANK_TEXT;
    value.text = text;
    return value;
}

static inline rp_value rp_value_of_whole(bool is_negative, uint64_t magnitude)
{
    rp_value value = rp_value_missing();
    value.rank = RP_RANK_NUMBER;
    value.is_whole = true;
    value.is_negative = is_negative && magnitude != 0;
    value.magnitude = magnitude;
    value.nearest = is_negative ? -(double)magnitude : (double)magnitude;
    return value;
}

static inline rp_value rp_sdk_value_of_number(rp_json number)
{
    rp_value value;
    bool is_negative = false;
    uint64_t magnitude = 0;
    bool is_whole = rp_sdk_read_magnitude(number, &is_negative, &magnitude) == RP_JSON_OK;
    if (is_whole && (!is_negative || magnitude <= (uint64_t)1 << 63)) return rp_value_of_whole(is_negative, magnitude);
    value = rp_value_of_whole(false, 0);
    value.is_whole = false;
    if (rp_json_read_double(number, &value.nearest) == RP_JSON_OK) return value;
    value.nearest = number.text.data[0] == '-' ? -DBL_MAX : DBL_MAX;
    return value;
}

// Takes a value of a JSON text; a string with escapes is decoded into the memory.
//
// returns  false: out of memory
static inline bool rp_value_of_json(rp_memory *memory, rp_json json, rp_value *out)
{
    *out = rp_value_missing();
    switch (rp_json_kind_of(json)) {
    case RP_JSON_NOTHING: return true;
    case RP_JSON_NULL: out->rank = RP_RANK_NULL; break;
    case RP_JSON_BOOL: out->rank = json.text.data[0] == 't' ? RP_RANK_TRUE : RP_RANK_FALSE; break;
    case RP_JSON_NUMBER: *out = rp_sdk_value_of_number(json); break;
    case RP_JSON_STRING:
        out->rank = RP_RANK_TEXT;
        if (rp_json_take_string(memory, json, &out->text) == RP_JSON_ERR_NO_MEMORY) return false;
        break;
    case RP_JSON_ARRAY:
    case RP_JSON_OBJECT: out->rank = RP_RANK_NESTED; break;
    }
    out->json = json;
    return true;
}

static inline int rp_sdk_compare_numbers(const rp_value *left, const rp_value *right)
{
    int order;
    if (!left->is_whole || !right->is_whole) {
        return left->nearest < right->nearest ? -1 : left->nearest > right->nearest ? 1 : 0;
    }
    if (left->is_negative != right->is_negative) return left->is_negative ? -1 : 1;
    order = left->magnitude < right->magnitude ? -1 : left->magnitude > right->magnitude ? 1 : 0;
    return left->is_negative ? -order : order;
}

// Compares in the order that sorting follows.
//
// returns  less than 0, 0, more than 0
static inline int rp_value_compare(const rp_value *left, const rp_value *right)
{
    if (left->rank != right->rank) return left->rank < right->rank ? -1 : 1;
    if (left->rank == RP_RANK_NUMBER) return rp_sdk_compare_numbers(left, right);
    return left->rank == RP_RANK_TEXT ? rp_str_compare(left->text, right->text) : 0;
}

// Arrays and objects equal nothing.
static inline bool rp_value_equals(const rp_value *left, const rp_value *right)
{
    return left->rank != RP_RANK_NESTED && rp_value_compare(left, right) == 0;
}

// Whether a text has another one in it.
static inline bool rp_str_contains(rp_str text, rp_str part)
{
    const char *at = text.data, *end = text.data + text.len;
    if (part.len == 0) return true;
    while ((size_t)(end - at) >= part.len) {
        at = (const char *)memchr(at, part.data[0], (size_t)(end - at) - part.len + 1);
        if (at == NULL) return false;
        if (memcmp(at, part.data, part.len) == 0) return true;
        at++;
    }
    return false;
}

#ifdef __cplusplus
}
#endif

#endif
