// Reads JSON into the struct of a record. An error is answered at once: where it is and what was expected.

#ifndef RP_SDK_RECORD_READ_H
#define RP_SDK_RECORD_READ_H

#include "record.h"

#ifdef __cplusplus
extern "C" {
#endif

// Where reading allocates, and where the error response goes.
typedef struct rp_reading {
    rp_memory *memory;
    rp_reply *reply;
} rp_reading;

// Reads an object.
//
// path     where the object is; NULL: paths begin at its keys
// out      a struct of the record's type; do not use it after an error. Its texts lie in the text of the object, or in
//          the memory
// returns  RP_OK; RP_FAILED with the error response written; RP_ERR_NO_MEMORY
RP_SDK_BY_TABLE rp_status rp_record_read(const rp_reading *reading, const rp_record *record, rp_json object,
                                         const rp_path *path, void *out);

static inline rp_status rp_sdk_read_refusal(const rp_reading *reading, const rp_path *path, rp_json_result result,
                                            const char *expected)
{
    if (result == RP_JSON_ERR_NO_MEMORY) return RP_ERR_NO_MEMORY;
    if (result == RP_JSON_ERR_NOT_TEXT) expected = "half a surrogate pair";
    return rp_refuse(reading->reply, path, expected);
}

static inline rp_status rp_sdk_read_str(const rp_reading *reading, rp_json value, const rp_path *path, rp_str *out)
{
    rp_json_result result = rp_json_take_string(reading->memory, value, out);
    return result == RP_JSON_OK ? RP_OK : rp_sdk_read_refusal(reading, path, result, "expected a string");
}

static inline rp_status rp_sdk_refuse_word(const rp_reading *reading, const rp_word_table *words, const rp_path *path)
{
    rp_text known = rp_text_start(reading->memory);
    rp_str text;
    size_t i;
    for (i = 0; i < words->count; i++) {
        rp_text_add(&known, i == 0 ? "" : ", ");
        rp_text_add(&known, words->words[i]);
    }
    if (!rp_text_finish(&known, &text)) return RP_ERR_NO_MEMORY;
    return rp_refuse_str(reading->reply, path, "expected one of ", text);
}

static inline rp_status rp_sdk_read_word(const rp_reading *reading, const rp_word_table *words, rp_json value,
                                         const rp_path *path, int *out)
{
    size_t i;
    if (!rp_json_is(value, RP_JSON_STRING)) return rp_refuse(reading->reply, path, "expected a string");
    for (i = 0; i < words->count; i++) {
        if (!rp_json_equals(value, words->words[i])) continue;
        *out = (int)i + 1;
        return RP_OK;
    }
    return rp_sdk_refuse_word(reading, words, path);
}

// -0 is a number but not a whole number: nobody who counts writes it.
static inline bool rp_sdk_is_minus_zero(rp_json value)
{
    return rp_str_eq(value.text, "-0");
}

static inline rp_status rp_sdk_read_number(const rp_reading *reading, const rp_field *field, rp_json value,
                                           const rp_path *path, void *out)
{
    rp_uint *whole = (rp_uint *)out;
    rp_int *integer = (rp_int *)out;
    rp_double *number = (rp_double *)out;
    bool is_optional = field->is_optional;
    if (field->kind == RP_KIND_UINT) {
        uint64_t *to = is_optional ? &whole->value : (uint64_t *)out;
        if (is_optional) whole->is_given = true;
        if (!rp_sdk_is_minus_zero(value) && rp_json_read_uint(value, to) == RP_JSON_OK) return RP_OK;
        return rp_refuse(reading->reply, path, "expected a whole number");
    }
    if (field->kind == RP_KIND_INT) {
        int64_t *to = is_optional ? &integer->value : (int64_t *)out;
        if (is_optional) integer->is_given = true;
        if (!rp_sdk_is_minus_zero(value) && rp_json_read_int(value, to) == RP_JSON_OK) return RP_OK;
        return rp_refuse(reading->reply, path, "expected an integer");
    }
    if (is_optional) number->is_given = true;
    if (rp_json_read_double(value, is_optional ? &number->value : (double *)out) == RP_JSON_OK) return RP_OK;
    return rp_refuse(reading->reply, path, "expected a number");
}

static inline rp_status rp_sdk_read_strs(const rp_reading *reading, rp_json value, const rp_path *path, rp_strs *out)
{
    rp_json_walk walk = rp_json_walk_start(value);
    size_t count = rp_json_count(value);
    rp_status status = RP_OK;
    if (count == 0) return RP_OK;
    out->items = (rp_str *)rp_memory_take_many(reading->memory, count, sizeof(rp_str));
    if (out->items == NULL) return RP_ERR_NO_MEMORY;
    out->capacity = count;
    while (status == RP_OK && rp_json_walk_next(&walk)) {
        rp_path place = rp_path_index(path, out->count);
        status = rp_sdk_read_str(reading, walk.value, &place, &out->items[out->count++]);
    }
    return status;
}

static inline rp_status rp_sdk_read_words(const rp_reading *reading, const rp_word_table *words, rp_json value,
                                          const rp_path *path, rp_words *out)
{
    rp_json_walk walk = rp_json_walk_start(value);
    size_t count = rp_json_count(value);
    rp_status status = RP_OK;
    out->is_given = true;
    if (count == 0) return RP_OK;
    out->items = (int *)rp_memory_take_many(reading->memory, count, sizeof(int));
    if (out->items == NULL) return RP_ERR_NO_MEMORY;
    while (status == RP_OK && rp_json_walk_next(&walk)) {
        rp_path place = rp_path_index(path, out->count);
        status = rp_sdk_read_word(reading, words, walk.value, &place, &out->items[out->count++]);
    }
    return status;
}

static inline rp_status rp_sdk_read_sub(const rp_reading *reading, const rp_record *record, rp_json value,
                                        const rp_path *path, void **out)
{
    void *sub = rp_memory_take(reading->memory, record->size);
    if (sub == NULL) return RP_ERR_NO_MEMORY;
    *out = sub;
    return rp_record_read(reading, record, value, path, sub);
}

static inline rp_status rp_sdk_read_list(const rp_reading *reading, const rp_record *record, rp_json value,
                                         const rp_path *path, rp_list *out)
{
    rp_json_walk walk = rp_json_walk_start(value);
    size_t count = rp_json_count(value);
    rp_status status = RP_OK;
    if (count == 0) return RP_OK;
    out->items = (void **)rp_memory_take_many(reading->memory, count, sizeof(void *));
    if (out->items == NULL) return RP_ERR_NO_MEMORY;
    out->capacity = count;
    while (status == RP_OK && rp_json_walk_next(&walk)) {
        rp_path place = rp_path_index(path, out->count);
        status = rp_sdk_read_sub(reading, record, walk.value, &place, &out->items[out->count++]);
    }
    return status;
}

static inline rp_status rp_sdk_read_field(const rp_reading *reading, const rp_field *field, rp_json value,
                                          const rp_path *path, void *out)
{
    bool is_array = rp_json_is(value, RP_JSON_ARRAY);
    switch (field->kind) {
    case RP_KIND_STR: return rp_sdk_read_str(reading, value, path, (rp_str *)out);
    case RP_KIND_WORD: return rp_sdk_read_word(reading, field->words, value, path, (int *)out);
    case RP_KIND_UINT:
    case RP_KIND_INT:
    case RP_KIND_DOUBLE: return rp_sdk_read_number(reading, field, value, path, out);
    case RP_KIND_BOOL:
        if (rp_json_read_bool(value, (bool *)out) == RP_JSON_OK) return RP_OK;
        return rp_refuse(reading->reply, path, "expected true or false");
    case RP_KIND_OBJECT:
        if (!rp_json_is(value, RP_JSON_OBJECT)) return rp_refuse(reading->reply, path, "expected an object");
        *(rp_json *)out = value;
        return RP_OK;
    case RP_KIND_ANY: *(rp_json *)out = value; return RP_OK;
    case RP_KIND_SUB: return rp_sdk_read_sub(reading, field->record, value, path, (void **)out);
    case RP_KIND_STRS:
    case RP_KIND_WORDS:
    case RP_KIND_LIST: break;
    }
    if (!is_array) return rp_refuse(reading->reply, path, "expected an array");
    if (field->kind == RP_KIND_STRS) return rp_sdk_read_strs(reading, value, path, (rp_strs *)out);
    if (field->kind == RP_KIND_WORDS) return rp_sdk_read_words(reading, field->words, value, path, (rp_words *)out);
    return rp_sdk_read_list(reading, field->record, value, path, (rp_list *)out);
}

// The field of a key; keys mostly come in the order of the table, so the search starts after the last one.
static inline size_t rp_sdk_find_field(const rp_record *record, rp_json key, size_t start)
{
    size_t i, at = start;
    for (i = 0; i < record->count; i++, at++) {
        if (at >= record->count) at = 0;
        if (rp_json_equals(key, record->fields[at].name)) return at;
    }
    return record->count;
}

static inline rp_status rp_sdk_refuse_unknown(const rp_reading *reading, const rp_record *record, const rp_path *path)
{
    rp_text known = rp_text_start(reading->memory);
    rp_str text;
    size_t i;
    rp_text_add(&known, record->count == 0 ? "nothing is known here" : "expected one of ");
    for (i = 0; i < record->count; i++) {
        rp_text_add(&known, i == 0 ? "" : ", ");
        rp_text_add(&known, record->fields[i].name);
    }
    if (!rp_text_finish(&known, &text)) return RP_ERR_NO_MEMORY;
    return rp_refuse_str(reading->reply, path, "unknown; ", text);
}

static inline rp_status rp_sdk_read_member(const rp_reading *reading, const rp_field *field, rp_json value,
                                           const rp_path *path, char *out)
{
    if (field->is_optional && rp_json_is(value, RP_JSON_NULL)) return RP_OK;
    return rp_sdk_read_field(reading, field, value, path, out + field->offset);
}

static inline rp_status rp_sdk_check_missing(const rp_reading *reading, const rp_record *record, uint64_t seen,
                                             const rp_path *path)
{
    size_t i;
    for (i = 0; i < record->count; i++) {
        rp_path place = rp_path_key(path, record->fields[i].name);
        bool is_there = record->fields[i].is_optional || (seen >> i & 1) != 0;
        if (!is_there && record->defaults == NULL) return rp_refuse(reading->reply, &place, "missing");
    }
    return RP_OK;
}

RP_SDK_BY_TABLE rp_status rp_record_read(const rp_reading *reading, const rp_record *record, rp_json object,
                                         const rp_path *path, void *out)
{
    rp_json_walk walk = rp_json_walk_start(object);
    uint64_t seen = 0;
    size_t last = 0;
    if (!rp_json_is(object, RP_JSON_OBJECT)) return rp_refuse(reading->reply, path, "expected an object");
    if (record->count > 64) return rp_answer_error(reading->reply, RP_CODE_INTERNAL, "a record of more than 64 fields");
    if (record->defaults == NULL) memset(out, 0, record->size);
    else memcpy(out, record->defaults, record->size);
    while (rp_json_walk_next(&walk)) {
        size_t at = rp_sdk_find_field(record, walk.key, last);
        rp_path place = rp_path_key(path, at < record->count ? record->fields[at].name : NULL);
        rp_status status = RP_OK;
        if (at == record->count) {
            place.raw_key = walk.key;
            if (record->is_strict) return rp_sdk_refuse_unknown(reading, record, &place);
            continue;
        }
        if ((seen >> at & 1) != 0) return rp_refuse(reading->reply, &place, "given more than once");
        seen |= (uint64_t)1 << at;
        last = at + 1;
        status = rp_sdk_read_member(reading, &record->fields[at], walk.value, &place, (char *)out);
        if (status != RP_OK) return status;
    }
    return rp_sdk_check_missing(reading, record, seen, path);
}

#ifdef __cplusplus
}
#endif

#endif
