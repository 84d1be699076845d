// An arena: memory that is freed all at once, so that no function on the way need free anything.
//
// A command has one until it is answered (rp_call.memory). Make another for what lives longer.

#ifndef RP_SDK_MEMORY_H
#define RP_SDK_MEMORY_H

#include <stdlib.h>

#include "number.h"
#include "reply.h"

#ifdef __cplusplus
extern "C" {
#endif

// How many bytes the first malloc takes; each further one takes twice as many, up to a thousandfold. With 0 every piece
// has its own malloc, for tests.
#ifndef RP_MEMORY_BLOCK
#define RP_MEMORY_BLOCK 1024
#endif

typedef struct rp_memory_block {
    struct rp_memory_block *next;
    size_t size, used; // of the bytes after this head
} rp_memory_block;

// Zeroed, it is empty.
typedef struct rp_memory {
    rp_memory_block *blocks; // private; the current one comes first
} rp_memory;

// Every piece is aligned for these.
typedef union rp_sdk_aligned {
    void *pointer;
    int64_t whole;
    double number;
} rp_sdk_aligned;

static inline size_t rp_sdk_aligned_size(size_t size)
{
    return (size + sizeof(rp_sdk_aligned) - 1) / sizeof(rp_sdk_aligned) * sizeof(rp_sdk_aligned);
}

static inline bool rp_sdk_memory_grow(rp_memory *memory, size_t size)
{
    const size_t first = RP_MEMORY_BLOCK, most = first * 1024;
    size_t wanted = memory->blocks == NULL ? first : memory->blocks->size;
    rp_memory_block *block;
    if (memory->blocks != NULL && wanted < most) wanted *= 2;
    if (wanted > most) wanted = most;
    if (wanted < size) wanted = size;
    if (wanted > SIZE_MAX - rp_sdk_aligned_size(sizeof *block)) return false;
    block = (rp_memory_block *)malloc(rp_sdk_aligned_size(sizeof *block) + wanted);
    if (block == NULL) return false;
    block->next = memory->blocks;
    block->size = wanted;
    block->used = 0;
    memory->blocks = block;
    return true;
}

// Allocates zeroed memory.
//
// returns  NULL: out of memory; otherwise valid until rp_memory_clear or rp_memory_release
static inline void *rp_memory_take(rp_memory *memory, size_t size)
{
    rp_memory_block *block = memory->blocks;
    char *taken;
    if (size > SIZE_MAX / 2) return NULL;
    size = rp_sdk_aligned_size(size);
    if (block == NULL || block->size - block->used < size) {
        if (!rp_sdk_memory_grow(memory, size)) return NULL;
        block = memory->blocks;
    }
    taken = (char *)block + rp_sdk_aligned_size(sizeof *block) + block->used;
    block->used += size;
    memset(taken, 0, size);
    return taken;
}

// Allocates zeroed memory for `count` elements.
//
// returns  as rp_memory_take
static inline void *rp_memory_take_many(rp_memory *memory, size_t count, size_t size)
{
    return count > SIZE_MAX / 2 / size ? NULL : rp_memory_take(memory, count * size);
}

// Copies a text.
//
// out_text  the copy, with a NUL after it
// returns   false: out of memory
static inline bool rp_memory_copy(rp_memory *memory, rp_str text, rp_str *out_text)
{
    char *copy = text.len == SIZE_MAX ? NULL : (char *)rp_memory_take(memory, text.len + 1);
    if (copy == NULL) return false;
    if (text.len > 0) memcpy(copy, text.data, text.len);
    out_text->data = copy;
    out_text->len = text.len;
    return true;
}

static inline void rp_sdk_free_blocks(rp_memory_block *block)
{
    while (block != NULL) {
        rp_memory_block *next = block->next;
        free(block);
        block = next;
    }
}

// Frees everything.
static inline void rp_memory_release(rp_memory *memory)
{
    rp_sdk_free_blocks(memory->blocks);
    memory->blocks = NULL;
}

// Frees everything but the last block, which is kept for reuse unless it is larger than usual.
static inline void rp_memory_clear(rp_memory *memory)
{
    rp_memory_block *block = memory->blocks;
    if (block == NULL || block->size > (size_t)RP_MEMORY_BLOCK * 1024) {
        rp_memory_release(memory);
        return;
    }
    rp_sdk_free_blocks(block->next);
    block->next = NULL;
    block->used = 0;
}

static inline rp_status RP_CALL rp_sdk_grow_memory(rp_reply *reply, size_t additional)
{
    size_t capacity = reply->capacity > SIZE_MAX / 4 ? SIZE_MAX / 2 : reply->capacity * 2;
    char *data;
    if (additional > SIZE_MAX / 2 - reply->len) return RP_ERR_NO_MEMORY;
    if (capacity < reply->len + additional) capacity = reply->len + additional;
    if (capacity < 256) capacity = 256;
    data = (char *)rp_memory_take((rp_memory *)reply->context, capacity);
    if (data == NULL) return RP_ERR_NO_MEMORY;
    if (reply->len > 0) memcpy(data, reply->data, reply->len);
    reply->data = data;
    reply->capacity = capacity;
    return RP_OK;
}

// Makes a reply of your own that allocates from the arena and need not be freed.
static inline rp_reply rp_reply_in(rp_memory *memory)
{
    rp_reply reply = rp_reply_fixed(NULL, 0);
    reply.context = memory;
    reply.grow = rp_sdk_grow_memory;
    return reply;
}

// Builds a text. Nothing need be checked before rp_text_finish:
//     rp_text text = rp_text_start(call->memory);
//     rp_text_add(&text, "Session started: ");
//     rp_text_add_str(&text, title);
//     if (!rp_text_finish(&text, &out_title)) return RP_ERR_NO_MEMORY;
typedef struct rp_text {
    rp_reply reply;   // private, as is all of it
    rp_status status; // RP_ERR_NO_MEMORY once memory has run out
} rp_text;

static inline rp_text rp_text_start(rp_memory *memory)
{
    rp_text text;
    text.reply = rp_reply_in(memory);
    text.status = RP_OK;
    return text;
}

static inline void rp_text_add_str(rp_text *text, rp_str more)
{
    if (text->status == RP_OK) text->status = rp_reply_write(&text->reply, more.data, more.len);
}

static inline void rp_text_add(rp_text *text, const char *more)
{
    rp_text_add_str(text, rp_str_from(more));
}

static inline void rp_text_add_uint(rp_text *text, uint64_t number)
{
    char digits[20];
    rp_text_add_str(text, rp_sdk_slice(digits, digits + rp_sdk_print_uint(number, digits)));
}

// Ends the text.
//
// out_text  valid as long as the memory
// returns   false: memory ran out
static inline bool rp_text_finish(rp_text *text, rp_str *out_text)
{
    if (text->status == RP_OK) *out_text = rp_reply_text(&text->reply);
    return text->status == RP_OK;
}

// An optional text: data is NULL where it is absent, as in a zeroed struct.
static inline bool rp_str_is_given(rp_str text)
{
    return text.data != NULL;
}

static inline rp_str rp_str_absent(void)
{
    rp_str text;
    text.data = NULL;
    text.len = 0;
    return text;
}

// The text, or the fallback where it is absent.
static inline rp_str rp_str_or(rp_str text, rp_str otherwise)
{
    return rp_str_is_given(text) ? text : otherwise;
}

// A list of texts.
typedef struct rp_strs {
    rp_str *items;
    size_t count;
    size_t capacity; // private
} rp_strs;

// A list of pointers to structs.
typedef struct rp_list {
    void **items;
    size_t count;
    size_t capacity; // private
} rp_list;

static inline void *rp_sdk_list_room(rp_memory *memory, void *items, size_t count, size_t *capacity, size_t size)
{
    size_t wanted = *capacity == 0 ? 8 : *capacity;
    void *moved;
    if (count < *capacity) return items;
    if (*capacity > 0 && wanted > SIZE_MAX / 2) return NULL;
    if (*capacity > 0) wanted *= 2;
    moved = rp_memory_take_many(memory, wanted, size);
    if (moved == NULL) return NULL;
    if (count > 0) memcpy(moved, items, count * size);
    *capacity = wanted;
    return moved;
}

// Adds to a list.
//
// returns  false: out of memory, and the list is unchanged
static inline bool rp_strs_add(rp_memory *memory, rp_strs *list, rp_str text)
{
    void *items = rp_sdk_list_room(memory, list->items, list->count, &list->capacity, sizeof(rp_str));
    if (items == NULL) return false;
    list->items = (rp_str *)items;
    list->items[list->count++] = text;
    return true;
}

static inline bool rp_list_add(rp_memory *memory, rp_list *list, void *item)
{
    void *items = rp_sdk_list_room(memory, list->items, list->count, &list->capacity, sizeof(void *));
    if (items == NULL) return false;
    list->items = (void **)items;
    list->items[list->count++] = item;
    return true;
}

// Compares texts byte by byte; the shorter of two that begin alike comes first.
//
// returns  less than 0, 0, more than 0
static inline int rp_str_compare(rp_str left, rp_str right)
{
    size_t len = left.len < right.len ? left.len : right.len;
    int order = len == 0 ? 0 : memcmp(left.data, right.data, len);
    if (order != 0) return order;
    return left.len == right.len ? 0 : left.len < right.len ? -1 : 1;
}

// Gets a string's text: in place, or decoded into the memory if it has escapes.
//
// returns  RP_JSON_OK, RP_JSON_ERR_MISSING, RP_JSON_ERR_WRONG_KIND, RP_JSON_ERR_NOT_TEXT, RP_JSON_ERR_NO_MEMORY
static inline rp_json_result rp_json_take_string(rp_memory *memory, rp_json string, rp_str *out_text)
{
    rp_json_result result;
    char *decoded;
    size_t len;
    if (rp_json_borrow_string(string, out_text)) return RP_JSON_OK;
    result = rp_json_string_len(string, &len);
    if (result != RP_JSON_OK) return result;
    decoded = (char *)rp_memory_take(memory, len + 1);
    if (decoded == NULL) return RP_JSON_ERR_NO_MEMORY;
    result = rp_json_read_string(string, decoded, len + 1, &len);
    if (result == RP_JSON_OK) *out_text = rp_sdk_slice(decoded, decoded + len);
    return result;
}

#ifdef __cplusplus
}
#endif

#endif
