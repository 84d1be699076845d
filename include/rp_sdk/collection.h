// Entities that a module keeps itself: in memory, in the order in which they were made.
//
//     static rp_status query_notes(rp_call *call)
//     {
//         return rp_collection_query(&((notes *)call->self)->collection, call);
//     }
//     static rp_status change_notes(rp_call *call)
//     {
//         return rp_collection_mutate(&((notes *)call->self)->collection, call);
//     }
//     static const rp_provider providers[] = {{"note", query_notes, change_notes}};

#ifndef RP_SDK_COLLECTION_H
#define RP_SDK_COLLECTION_H

#include "filter.h"
#include "record_read.h"
#include "request.h"

#ifdef __cplusplus
extern "C" {
#endif

// Zeroed but for `record`, it is empty. Free it with rp_collection_release.
typedef struct rp_collection {
    const rp_record *record; // of the documents
    rp_entity **items;       // in the order in which they were made
    size_t count;
    rp_entity **by_id; // private, as is the rest
    size_t capacity;
} rp_collection;

static inline void rp_sdk_entity_destroy(rp_entity *entity)
{
    rp_memory memory = entity->memory; // the entity itself lies in it
    rp_memory_release(&memory);
}

static inline void rp_collection_release(rp_collection *collection)
{
    size_t i;
    for (i = 0; i < collection->count; i++) rp_sdk_entity_destroy(collection->items[i]);
    free(collection->items);
    free(collection->by_id);
    collection->items = NULL;
    collection->by_id = NULL;
    collection->count = 0;
    collection->capacity = 0;
}

// Where an id is in by_id, or would be inserted.
static inline size_t rp_sdk_id_place(const rp_collection *collection, rp_str id, bool *out_is_there)
{
    size_t low = 0, high = collection->count;
    *out_is_there = false;
    while (low < high) {
        // Ids grow with time: the newest is looked up most.
        size_t middle = high == collection->count ? high - 1 : low + (high - low) / 2;
        int order = rp_str_compare(collection->by_id[middle]->id, id);
        if (order == 0) *out_is_there = true;
        if (order == 0) return middle;
        if (order < 0) low = middle + 1;
        else high = middle;
    }
    return low;
}

// Finds the entity with an id.
//
// returns  NULL if there is none
static inline rp_entity *rp_collection_get(const rp_collection *collection, rp_str id)
{
    bool is_there;
    size_t at = rp_sdk_id_place(collection, id, &is_there);
    return is_there ? collection->by_id[at] : NULL;
}

static inline bool rp_sdk_collection_grow(rp_collection *collection)
{
    size_t capacity = collection->capacity == 0 ? 16 : collection->capacity * 2;
    rp_entity **items;
    if (collection->count < collection->capacity) return true;
    if (capacity > SIZE_MAX / 2 / sizeof(rp_entity *)) return false;
    items = (rp_entity **)realloc(collection->items, capacity * sizeof(rp_entity *));
    if (items == NULL) return false;
    collection->items = items;
    items = (rp_entity **)realloc(collection->by_id, capacity * sizeof(rp_entity *));
    if (items == NULL) return false;
    collection->by_id = items;
    collection->capacity = capacity;
    return true;
}

// Makes an entity from a struct: writes the document, and reads it back into the entity's own memory.
static inline rp_status rp_sdk_entity_make(const rp_record *record, const rp_call *call, rp_str id,
                                           const void *document, rp_memory *memory, rp_entity **out)
{
    rp_reply written = rp_reply_in(call->memory);
    rp_writer writer = rp_writer_start(&written);
    rp_entity *entity = (rp_entity *)rp_memory_take(memory, sizeof *entity);
    rp_reading reading;
    rp_json_result result;
    if (entity == NULL) return RP_ERR_NO_MEMORY;
    *out = entity;
    rp_writer_record(&writer, record, document);
    result = rp_writer_finish(&writer);
    if (result == RP_JSON_ERR_NO_MEMORY) return RP_ERR_NO_MEMORY;
    if (result != RP_JSON_OK) {
        return rp_answer_error(call->reply, RP_CODE_INTERNAL, rp_json_result_text(result));
    }
    entity->document = rp_memory_take(memory, record->size);
    if (entity->document == NULL || !rp_memory_copy(memory, id, &entity->id)) return RP_ERR_NO_MEMORY;
    if (!rp_memory_copy(memory, rp_reply_text(&written), &entity->data.text)) return RP_ERR_NO_MEMORY;
    reading.memory = memory;
    reading.reply = call->reply;
    return rp_record_read(&reading, record, entity->data, NULL, entity->document);
}

static inline void rp_sdk_collection_insert(rp_collection *collection, rp_entity *entity, size_t at)
{
    size_t behind = collection->count - at;
    if (behind > 0) memmove(collection->by_id + at + 1, collection->by_id + at, behind * sizeof(rp_entity *));
    collection->by_id[at] = entity;
    collection->items[collection->count++] = entity;
}

// Adds an entity with a given id, version and times: version 1 and one time for a new one, its own for one from a store.
//
// told        id, version and times; copied
// document    a struct of the collection's record, copied too
// out_entity  valid until it is changed or removed; may be NULL
// returns     RP_OK; RP_FAILED with the error response written: code `conflict` if the id is taken; RP_ERR_NO_MEMORY
static inline rp_status rp_collection_add(rp_collection *collection, const rp_call *call, const rp_entity *told,
                                          const void *document, rp_entity **out_entity)
{
    rp_memory memory = {NULL};
    rp_entity *entity = NULL;
    bool is_there;
    size_t at = rp_sdk_id_place(collection, told->id, &is_there);
    rp_status status;
    if (is_there) {
        rp_text text = rp_text_start(call->memory);
        rp_str message;
        rp_text_add(&text, "the id ");
        rp_text_add_str(&text, told->id);
        rp_text_add(&text, " is taken");
        if (!rp_text_finish(&text, &message)) return RP_ERR_NO_MEMORY;
        return rp_answer_error_str(call->reply, RP_CODE_CONFLICT, "", message);
    }
    status = rp_sdk_collection_grow(collection) ? RP_OK : RP_ERR_NO_MEMORY;
    if (status == RP_OK) status = rp_sdk_entity_make(collection->record, call, told->id, document, &memory, &entity);
    if (status != RP_OK) {
        rp_memory_release(&memory);
        return status;
    }
    entity->version = told->version;
    entity->created_us = told->created_us;
    entity->modified_us = told->modified_us;
    entity->memory = memory;
    rp_sdk_collection_insert(collection, entity, at);
    if (out_entity != NULL) *out_entity = entity;
    return RP_OK;
}

// Adds an entity made from a struct, with an id and a time from the host.
//
// returns  as rp_collection_add
// [may-call-host]
static inline rp_status rp_collection_create(rp_collection *collection, const rp_call *call, const void *document,
                                             rp_entity **out_entity)
{
    rp_entity told;
    rp_status status;
    memset(&told, 0, sizeof told);
    told.version = 1;
    status = rp_call_new_id(call, &told.id, &told.created_us);
    told.modified_us = told.created_us;
    return status == RP_OK ? rp_collection_add(collection, call, &told, document, out_entity) : status;
}

// Replaces the document of an entity, and with it version and time.
//
// entity   of the collection; invalid after success
// returns  RP_OK; RP_FAILED with the error response written; RP_ERR_NO_MEMORY; after an error the old one stays
// [may-call-host]
static inline rp_status rp_collection_update(rp_collection *collection, const rp_call *call, rp_entity *entity,
                                             const void *document, rp_entity **out_entity)
{
    rp_memory memory = {NULL};
    rp_entity *made = NULL;
    int64_t now_us = 0;
    bool is_there;
    size_t i;
    rp_status status = rp_call_now(call, &now_us);
    if (status == RP_OK) status = rp_sdk_entity_make(collection->record, call, entity->id, document, &memory, &made);
    if (status != RP_OK) {
        rp_memory_release(&memory);
        return status;
    }
    made->version = entity->version + 1;
    made->created_us = entity->created_us;
    made->modified_us = now_us;
    made->memory = memory;
    collection->by_id[rp_sdk_id_place(collection, entity->id, &is_there)] = made;
    for (i = 0; collection->items[i] != entity; i++) {
    }
    collection->items[i] = made;
    rp_sdk_entity_destroy(entity);
    if (out_entity != NULL) *out_entity = made;
    return RP_OK;
}

// Removes an entity.
static inline void rp_collection_remove(rp_collection *collection, rp_entity *entity)
{
    bool is_there;
    size_t at = rp_sdk_id_place(collection, entity->id, &is_there), i;
    for (i = 0; collection->items[i] != entity; i++) {
    }
    collection->count--;
    memmove(collection->by_id + at, collection->by_id + at + 1, (collection->count - at) * sizeof(rp_entity *));
    memmove(collection->items + i, collection->items + i + 1, (collection->count - i) * sizeof(rp_entity *));
    rp_sdk_entity_destroy(entity);
}

static inline rp_status rp_sdk_no_such(const rp_call *call, rp_str entity, rp_str id)
{
    rp_text text = rp_text_start(call->memory);
    rp_str message;
    rp_text_add(&text, "there is no ");
    rp_text_add_str(&text, entity);
    rp_text_add(&text, " ");
    rp_text_add_str(&text, id);
    if (!rp_text_finish(&text, &message)) return RP_ERR_NO_MEMORY;
    return rp_answer_error_str(call->reply, RP_CODE_NOT_FOUND, "", message);
}

// -- queries --

// A found entity, and its sort keys.
typedef struct rp_sdk_row {
    rp_entity *entity;
    rp_value *keys;
} rp_sdk_row;

static inline bool rp_sdk_row_fill(const rp_filter *filter, rp_entity *entity, rp_sdk_row *row)
{
    size_t i;
    row->entity = entity;
    if (filter->sort.count == 0) return true;
    row->keys = (rp_value *)rp_memory_take_many(filter->memory, filter->sort.count, sizeof(rp_value));
    if (row->keys == NULL) return false;
    for (i = 0; i < filter->sort.count; i++) {
        const rp_sort_key *key = (const rp_sort_key *)filter->sort.items[i];
        if (!rp_filter_find(filter->memory, &key->path, entity, &row->keys[i])) return false;
    }
    return true;
}

static inline bool rp_sdk_row_is_before(const rp_filter *filter, const rp_sdk_row *left, const rp_sdk_row *right)
{
    size_t i;
    for (i = 0; i < filter->sort.count; i++) {
        const rp_sort_key *key = (const rp_sort_key *)filter->sort.items[i];
        int order = rp_value_compare(&left->keys[i], &right->keys[i]);
        if (order != 0) return (order < 0) != key->is_descending;
    }
    return rp_str_compare(left->entity->id, right->entity->id) < 0;
}

// A heap whose greatest row is on top, from `at` down.
static inline void rp_sdk_sift(const rp_filter *filter, rp_sdk_row *rows, size_t at, size_t count)
{
    for (;;) {
        size_t child = 2 * at + 1;
        rp_sdk_row row = rows[at];
        if (child >= count) return;
        if (child + 1 < count && rp_sdk_row_is_before(filter, &rows[child], &rows[child + 1])) child++;
        if (!rp_sdk_row_is_before(filter, &row, &rows[child])) return;
        rows[at] = rows[child];
        rows[child] = row;
        at = child;
    }
}

// Heapsort: in place, n log n in the worst case.
static inline void rp_sdk_sort_rows(const rp_filter *filter, rp_sdk_row *rows, size_t count)
{
    size_t i;
    if (filter->sort.count == 0) return; // they come in the order of ids
    for (i = count / 2; i-- > 0;) rp_sdk_sift(filter, rows, i, count);
    for (i = count; i-- > 1;) {
        rp_sdk_row row = rows[0];
        rows[0] = rows[i];
        rows[i] = row;
        rp_sdk_sift(filter, rows, 0, i);
    }
}

static inline bool rp_sdk_find_rows(const rp_collection *collection, const rp_filter *filter, const rp_query *query,
                                    rp_sdk_row *rows, size_t *out_count)
{
    size_t i, count = 0;
    for (i = 0; i < collection->count; i++) {
        rp_entity *entity = collection->by_id[i];
        bool holds;
        if (rp_str_is_given(query->id) && !rp_str_equals(query->id, entity->id)) continue;
        if (!rp_filter_holds(filter, entity, &holds)) return false;
        if (holds && !rp_sdk_row_fill(filter, entity, &rows[count++])) return false;
    }
    *out_count = count;
    return true;
}

static inline void rp_sdk_write_entity(rp_writer *writer, const rp_entity *entity)
{
    rp_writer_open_object(writer);
    rp_member_str(writer, "id", entity->id);
    rp_member_uint(writer, "version", entity->version);
    rp_member_int(writer, "created_us", entity->created_us);
    rp_member_int(writer, "modified_us", entity->modified_us);
    rp_member_json(writer, "data", entity->data);
    rp_writer_close(writer);
}

static inline rp_status rp_sdk_answer_rows(const rp_call *call, const rp_query *query, const rp_sdk_row *rows,
                                           size_t count)
{
    uint64_t begin = query->offset.is_given ? query->offset.value : 0;
    uint64_t most = query->limit.is_given ? query->limit.value : UINT64_MAX, at;
    rp_writer data = rp_answer_start(call->reply);
    rp_writer_key(&data, "entities");
    rp_writer_open_array(&data);
    for (at = begin; at < count && at - begin < most; at++) rp_sdk_write_entity(&data, rows[(size_t)at].entity);
    rp_writer_close(&data);
    rp_member_uint(&data, "count", count);
    return rp_answer_finish(&data);
}

// Answers a query as the host's store does: id, filters, sort, limit and offset. It follows no references. Without `sort`
// the order is that of the ids.
//
// call     as passed to a function in the table of providers
// returns  return this from that function
static inline rp_status rp_collection_query(const rp_collection *collection, const rp_call *call)
{
    const rp_query *query = (const rp_query *)call->args;
    rp_sdk_row *rows;
    rp_filter filter;
    rp_status status;
    size_t count;
    if (query->include.count > 0) {
        return rp_answer_error(call->reply, RP_CODE_NOT_SUPPORTED, "include: this module follows no references");
    }
    status = rp_filter_read(query, call->memory, call->reply, &filter);
    if (status != RP_OK) return status;
    if (rp_str_is_given(query->id) && rp_collection_get(collection, query->id) == NULL) {
        return rp_sdk_no_such(call, query->entity, query->id);
    }
    rows = (rp_sdk_row *)rp_memory_take_many(call->memory, collection->count + 1, sizeof *rows);
    if (rows == NULL || !rp_sdk_find_rows(collection, &filter, query, rows, &count)) return RP_ERR_NO_MEMORY;
    rp_sdk_sort_rows(&filter, rows, count);
    return rp_sdk_answer_rows(call, query, rows, count);
}

// -- mutations --

static inline rp_status rp_sdk_answer_changed(const rp_call *call, rp_str id, uint64_t version)
{
    rp_writer data = rp_answer_start(call->reply);
    rp_member_str(&data, "id", id);
    rp_member_uint(&data, "version", version);
    return rp_answer_finish(&data);
}

static inline rp_status rp_sdk_refuse_version(const rp_call *call, const rp_entity *entity, uint64_t expected)
{
    rp_text text = rp_text_start(call->memory);
    rp_reply details = rp_reply_in(call->memory);
    rp_writer writer = rp_writer_start(&details);
    rp_json json;
    rp_str message;
    rp_text_add_str(&text, entity->id);
    rp_text_add(&text, " has version ");
    rp_text_add_uint(&text, entity->version);
    rp_text_add(&text, ", not ");
    rp_text_add_uint(&text, expected);
    rp_writer_open_object(&writer);
    rp_member_uint(&writer, "expected", expected);
    rp_member_uint(&writer, "found", entity->version);
    rp_writer_close(&writer);
    if (rp_writer_finish(&writer) != RP_JSON_OK || !rp_text_finish(&text, &message)) return RP_ERR_NO_MEMORY;
    json.text = rp_reply_text(&details);
    return rp_answer_error_details(call->reply, rp_str_from(RP_CODE_CONFLICT), message, json);
}

// The entity that an update or a delete is about.
static inline rp_status rp_sdk_find_mutated(const rp_collection *collection, const rp_call *call,
                                            const rp_mutation *mutation, rp_entity **out)
{
    if (!rp_str_is_given(mutation->id)) return rp_expected(call->reply, "id", "a string");
    *out = rp_collection_get(collection, mutation->id);
    if (*out == NULL) return rp_sdk_no_such(call, mutation->entity, mutation->id);
    if (!mutation->version.is_given || mutation->version.value == (*out)->version) return RP_OK;
    return rp_sdk_refuse_version(call, *out, mutation->version.value);
}

static inline rp_status rp_sdk_read_document(const rp_collection *collection, const rp_call *call,
                                             const rp_mutation *mutation, void **out)
{
    rp_path path = rp_path_key(NULL, "data");
    rp_reading reading;
    if (rp_json_is(mutation->data, RP_JSON_NOTHING)) return rp_expected(call->reply, "data", "an object");
    reading.memory = call->memory;
    reading.reply = call->reply;
    *out = rp_memory_take(call->memory, collection->record->size);
    if (*out == NULL) return RP_ERR_NO_MEMORY;
    return rp_record_read(&reading, collection->record, mutation->data, &path, *out);
}

static inline rp_status rp_sdk_mutate_create(rp_collection *collection, const rp_call *call,
                                             const rp_mutation *mutation, rp_entity **out)
{
    rp_entity told;
    void *document = NULL;
    rp_status status = rp_sdk_read_document(collection, call, mutation, &document);
    if (status != RP_OK) return status;
    if (!rp_str_is_given(mutation->id)) return rp_collection_create(collection, call, document, out);
    memset(&told, 0, sizeof told);
    told.id = mutation->id;
    told.version = 1;
    status = rp_call_now(call, &told.created_us);
    told.modified_us = told.created_us;
    return status == RP_OK ? rp_collection_add(collection, call, &told, document, out) : status;
}

// Applies a mutation.
//
// call     as passed to a function in the table of providers
// returns  return this from that function
// [may-call-host]
static inline rp_status rp_collection_mutate(rp_collection *collection, const rp_call *call)
{
    const rp_mutation *mutation = (const rp_mutation *)call->args;
    rp_entity *entity = NULL;
    uint64_t version;
    void *document = NULL;
    rp_status status;
    if (mutation->operation == RP_CREATE) {
        status = rp_sdk_mutate_create(collection, call, mutation, &entity);
        return status == RP_OK ? rp_sdk_answer_changed(call, entity->id, entity->version) : status;
    }
    status = rp_sdk_find_mutated(collection, call, mutation, &entity);
    if (status != RP_OK) return status;
    if (mutation->operation == RP_DELETE) {
        version = entity->version;
        rp_collection_remove(collection, entity);
        return rp_sdk_answer_changed(call, mutation->id, version);
    }
    status = rp_sdk_read_document(collection, call, mutation, &document);
    if (status == RP_OK) status = rp_collection_update(collection, call, entity, document, &entity);
    return status == RP_OK ? rp_sdk_answer_changed(call, entity->id, entity->version) : status;
}

// -- from a store --

// Adds the entities that were answered to a query, `{"entities":[…],"count":N}`.
//
// data     valid as long as the call
// returns  RP_OK; RP_FAILED with the error response written; RP_ERR_NO_MEMORY
static inline rp_status rp_collection_add_all(rp_collection *collection, const rp_call *call, rp_json data)
{
    RP_RECORD(entity_record, rp_entity, NULL, RP_STR(rp_entity, id, NULL), RP_UINT(rp_entity, version, NULL),
              RP_INT(rp_entity, created_us, NULL), RP_INT(rp_entity, modified_us, NULL),
              RP_OBJECT(rp_entity, data, NULL));
    rp_json_walk walk = rp_json_walk_start(rp_json_get(data, "entities"));
    rp_path entities = rp_path_key(NULL, "entities");
    rp_status status = RP_OK;
    rp_reading reading;
    size_t index;
    reading.memory = call->memory;
    reading.reply = call->reply;
    for (index = 0; status == RP_OK && rp_json_walk_next(&walk); index++) {
        rp_path place = rp_path_index(&entities, index), path = rp_path_key(&place, "data");
        void *document = rp_memory_take(call->memory, collection->record->size);
        rp_entity told;
        if (document == NULL) return RP_ERR_NO_MEMORY;
        memset(&told, 0, sizeof told);
        status = rp_record_read(&reading, &entity_record, walk.value, &place, &told);
        if (status == RP_OK) status = rp_record_read(&reading, collection->record, told.data, &path, document);
        if (status == RP_OK) status = rp_collection_add(collection, call, &told, document, NULL);
    }
    return status;
}

#ifdef __cplusplus
}
#endif

#endif
