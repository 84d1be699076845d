// Writes the struct of a record as JSON, and its table as JSON Schema.

#ifndef RP_SDK_RECORD_WRITE_H
#define RP_SDK_RECORD_WRITE_H

#include "record.h"

#ifdef __cplusplus
extern "C" {
#endif

// Writes the key and the value of one member.
static inline void rp_member_str(rp_writer *writer, const char *key, rp_str text)
{
    rp_writer_key(writer, key);
    rp_writer_str(writer, text);
}

static inline void rp_member_string(rp_writer *writer, const char *key, const char *text)
{
    rp_writer_key(writer, key);
    rp_writer_string(writer, text);
}

static inline void rp_member_uint(rp_writer *writer, const char *key, uint64_t number)
{
    rp_writer_key(writer, key);
    rp_writer_uint(writer, number);
}

static inline void rp_member_int(rp_writer *writer, const char *key, int64_t number)
{
    rp_writer_key(writer, key);
    rp_writer_int(writer, number);
}

static inline void rp_member_double(rp_writer *writer, const char *key, double number)
{
    rp_writer_key(writer, key);
    rp_writer_double(writer, number);
}

static inline void rp_member_bool(rp_writer *writer, const char *key, bool value)
{
    rp_writer_key(writer, key);
    rp_writer_bool(writer, value);
}

static inline void rp_member_json(rp_writer *writer, const char *key, rp_json value)
{
    rp_writer_key(writer, key);
    rp_writer_json(writer, value);
}

// Writes a struct as one object.
//
// data  of the record's type
RP_SDK_BY_TABLE void rp_writer_record(rp_writer *writer, const rp_record *record, const void *data);

static inline const char *rp_word(const rp_word_table *words, int word)
{
    return word >= 1 && (size_t)word <= words->count ? words->words[word - 1] : "";
}

// Whether an optional member has a value.
static inline bool rp_sdk_field_is_given(const rp_field *field, const void *value)
{
    if (!field->is_optional) return true;
    switch (field->kind) {
    case RP_KIND_STR: return rp_str_is_given(*(const rp_str *)value);
    case RP_KIND_WORD: return *(const int *)value != 0;
    case RP_KIND_UINT: return ((const rp_uint *)value)->is_given;
    case RP_KIND_INT: return ((const rp_int *)value)->is_given;
    case RP_KIND_DOUBLE: return ((const rp_double *)value)->is_given;
    case RP_KIND_BOOL: return *(const bool *)value;
    case RP_KIND_OBJECT:
    case RP_KIND_ANY: return ((const rp_json *)value)->text.len > 0;
    case RP_KIND_STRS: return ((const rp_strs *)value)->count > 0;
    case RP_KIND_WORDS: return ((const rp_words *)value)->is_given;
    case RP_KIND_LIST: return ((const rp_list *)value)->count > 0;
    case RP_KIND_SUB: return *(const void *const *)value != NULL;
    }
    return false;
}

static inline void rp_sdk_write_list(rp_writer *writer, const rp_field *field, const void *value)
{
    const rp_strs *texts = (const rp_strs *)value;
    const rp_words *words = (const rp_words *)value;
    const rp_list *list = (const rp_list *)value;
    size_t i;
    rp_writer_open_array(writer);
    if (field->kind == RP_KIND_STRS) {
        for (i = 0; i < texts->count; i++) rp_writer_str(writer, texts->items[i]);
    } else if (field->kind == RP_KIND_WORDS) {
        for (i = 0; i < words->count; i++) rp_writer_string(writer, rp_word(field->words, words->items[i]));
    } else {
        for (i = 0; i < list->count; i++) rp_writer_record(writer, field->record, list->items[i]);
    }
    rp_writer_close(writer);
}

static inline void rp_sdk_write_field(rp_writer *writer, const rp_field *field, const void *value)
{
    bool is_optional = field->is_optional;
    switch (field->kind) {
    case RP_KIND_STR: rp_writer_str(writer, *(const rp_str *)value); return;
    case RP_KIND_WORD: rp_writer_string(writer, rp_word(field->words, *(const int *)value)); return;
    case RP_KIND_UINT:
        rp_writer_uint(writer, is_optional ? ((const rp_uint *)value)->value : *(const uint64_t *)value);
        return;
    case RP_KIND_INT:
        rp_writer_int(writer, is_optional ? ((const rp_int *)value)->value : *(const int64_t *)value);
        return;
    case RP_KIND_DOUBLE:
        rp_writer_double(writer, is_optional ? ((const rp_double *)value)->value : *(const double *)value);
        return;
    case RP_KIND_BOOL: rp_writer_bool(writer, *(const bool *)value); return;
    case RP_KIND_OBJECT:
    case RP_KIND_ANY: rp_writer_json(writer, *(const rp_json *)value); return;
    case RP_KIND_SUB: rp_writer_record(writer, field->record, *(const void *const *)value); return;
    case RP_KIND_STRS:
    case RP_KIND_WORDS:
    case RP_KIND_LIST: rp_sdk_write_list(writer, field, value); return;
    }
}

RP_SDK_BY_TABLE void rp_writer_record(rp_writer *writer, const rp_record *record, const void *data)
{
    size_t i;
    rp_writer_open_object(writer);
    for (i = 0; i < record->count; i++) {
        const rp_field *field = &record->fields[i];
        const void *value = (const char *)data + field->offset;
        if (!rp_sdk_field_is_given(field, value)) continue;
        rp_writer_key(writer, field->name);
        rp_sdk_write_field(writer, field, value);
    }
    rp_writer_close(writer);
}

// Answers success with a struct.
//
// returns  RP_OK; RP_FAILED after a mistake in writing; RP_ERR_NO_MEMORY with the reply unchanged
static inline rp_status rp_answer_record(rp_reply *reply, const rp_record *record, const void *data)
{
    rp_writer response = rp_answer_value_start(reply);
    rp_writer_record(&response, record, data);
    return rp_answer_value_finish(&response);
}

// Writes the JSON Schema of a record.
static inline void rp_writer_schema(rp_writer *writer, const rp_record *record);

// Its keys and the names of the properties are sorted: the same schema is the same text in every language.

static inline void rp_sdk_schema_about(rp_writer *writer, const char *about)
{
    if (about != NULL) rp_member_string(writer, "description", about);
}

static inline void rp_sdk_schema_closed(rp_writer *writer, const rp_record *record)
{
    if (record->is_strict) rp_member_bool(writer, "additionalProperties", false);
}

static inline void rp_sdk_schema_type(rp_writer *writer, const char *type, bool is_optional)
{
    rp_writer_key(writer, "type");
    if (is_optional) rp_writer_open_array(writer);
    rp_writer_string(writer, type);
    if (is_optional) rp_writer_string(writer, "null");
    if (is_optional) rp_writer_close(writer);
}

static inline void rp_sdk_schema_words(rp_writer *writer, const rp_word_table *words, bool is_optional)
{
    size_t i;
    rp_writer_key(writer, "enum");
    rp_writer_open_array(writer);
    for (i = 0; i < words->count; i++) rp_writer_string(writer, words->words[i]);
    if (is_optional) rp_writer_null(writer);
    rp_writer_close(writer);
    rp_sdk_schema_type(writer, "string", is_optional);
}

static inline void rp_sdk_schema_number(rp_writer *writer, const rp_field *field)
{
    const char *format = field->kind == RP_KIND_UINT ? "uint64" : field->kind == RP_KIND_INT ? "int64" : "double";
    rp_member_string(writer, "format", format);
    if (field->kind == RP_KIND_UINT) rp_member_uint(writer, "minimum", 0);
    rp_sdk_schema_type(writer, field->kind == RP_KIND_DOUBLE ? "number" : "integer", field->is_optional);
}

static inline void rp_sdk_schema_items(rp_writer *writer, const rp_field *field)
{
    rp_writer_key(writer, "items");
    if (field->kind == RP_KIND_LIST) {
        rp_writer_schema(writer, field->record);
    } else {
        rp_writer_open_object(writer);
        if (field->kind == RP_KIND_WORDS) rp_sdk_schema_about(writer, field->words->about);
        if (field->kind == RP_KIND_WORDS) rp_sdk_schema_words(writer, field->words, false);
        else rp_sdk_schema_type(writer, "string", false);
        rp_writer_close(writer);
    }
    rp_sdk_schema_type(writer, "array", field->is_optional);
}

// The description of a value: the field's, or else its type's.
static inline const char *rp_sdk_field_about(const rp_field *field)
{
    if (field->about != NULL) return field->about;
    if (field->kind == RP_KIND_WORD) return field->words->about;
    return field->kind == RP_KIND_SUB ? field->record->about : NULL;
}

static inline void rp_sdk_schema_object(rp_writer *writer, const rp_record *record, bool is_optional);

static inline void rp_sdk_schema_field(rp_writer *writer, const rp_field *field)
{
    rp_writer_open_object(writer);
    if (field->kind == RP_KIND_SUB) rp_sdk_schema_closed(writer, field->record);
    rp_sdk_schema_about(writer, rp_sdk_field_about(field));
    switch (field->kind) {
    case RP_KIND_STR: rp_sdk_schema_type(writer, "string", field->is_optional); break;
    case RP_KIND_WORD: rp_sdk_schema_words(writer, field->words, field->is_optional); break;
    case RP_KIND_UINT:
    case RP_KIND_INT:
    case RP_KIND_DOUBLE: rp_sdk_schema_number(writer, field); break;
    case RP_KIND_BOOL: rp_sdk_schema_type(writer, "boolean", field->is_optional); break;
    case RP_KIND_ANY: break;
    case RP_KIND_OBJECT:
    case RP_KIND_SUB: rp_sdk_schema_object(writer, field->record, field->is_optional); break;
    case RP_KIND_STRS:
    case RP_KIND_WORDS:
    case RP_KIND_LIST: rp_sdk_schema_items(writer, field); break;
    }
    rp_writer_close(writer);
}

// The field whose name comes next in the order of names, or NULL.
static inline const rp_field *rp_sdk_next_by_name(const rp_record *record, const rp_field *last)
{
    const rp_field *next = NULL;
    size_t i;
    for (i = 0; i < record->count; i++) {
        const rp_field *field = &record->fields[i];
        if (last != NULL && strcmp(field->name, last->name) <= 0) continue;
        if (next == NULL || strcmp(field->name, next->name) < 0) next = field;
    }
    return next;
}

static inline void rp_sdk_schema_properties(rp_writer *writer, const rp_record *record)
{
    const rp_field *field = NULL;
    rp_writer_key(writer, "properties");
    rp_writer_open_object(writer);
    while ((field = rp_sdk_next_by_name(record, field)) != NULL) {
        rp_writer_key(writer, field->name);
        rp_sdk_schema_field(writer, field);
    }
    rp_writer_close(writer);
}

static inline void rp_sdk_schema_required(rp_writer *writer, const rp_record *record)
{
    bool is_open = false;
    size_t i;
    for (i = 0; i < record->count; i++) {
        if (record->fields[i].is_optional || record->defaults != NULL) continue;
        if (!is_open) rp_writer_key(writer, "required");
        if (!is_open) rp_writer_open_array(writer);
        is_open = true;
        rp_writer_string(writer, record->fields[i].name);
    }
    if (is_open) rp_writer_close(writer);
}

static inline void rp_sdk_schema_object(rp_writer *writer, const rp_record *record, bool is_optional)
{
    if (record != NULL && record->count > 0) rp_sdk_schema_properties(writer, record);
    if (record != NULL) rp_sdk_schema_required(writer, record);
    rp_sdk_schema_type(writer, "object", is_optional);
}

static inline void rp_writer_schema(rp_writer *writer, const rp_record *record)
{
    rp_writer_open_object(writer);
    rp_sdk_schema_closed(writer, record);
    rp_sdk_schema_about(writer, record->about);
    rp_sdk_schema_object(writer, record, false);
    rp_writer_close(writer);
}

#ifdef __cplusplus
}
#endif

#endif
