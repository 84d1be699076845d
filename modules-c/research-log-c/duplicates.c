#include "duplicates.h"

#include "state.h"

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// Small letters for A to Z, one blank for any run of space, none at the ends; what is absent is empty.
static bool fold(rp_memory *memory, rp_str text, rp_str *out)
{
    char *folded = rp_memory_take(memory, text.len + 1);
    size_t len = 0, i;
    if (folded == NULL) return false;
    for (i = 0; i < text.len; i++) {
        char c = text.data[i];
        bool is_first = i == 0 || is_space(text.data[i - 1]);
        if (is_space(c)) continue;
        if (is_first && len > 0) folded[len++] = ' ';
        folded[len++] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    out->data = folded;
    out->len = len;
    return true;
}

static int compare_words(const void *left, const void *right)
{
    return rp_str_compare(*(const rp_str *)left, *(const rp_str *)right);
}

static bool add_words(rp_memory *memory, const rp_strs *words, rp_strs *into)
{
    size_t i;
    for (i = 0; i < words->count; i++) {
        rp_str folded;
        if (!fold(memory, words->items[i], &folded) || !rp_strs_add(memory, into, folded)) return false;
    }
    return true;
}

static void sort_once(rp_strs *words)
{
    size_t kept = 0, i;
    if (words->count > 0) qsort(words->items, words->count, sizeof(rp_str), compare_words);
    for (i = 0; i < words->count; i++) {
        if (kept == 0 || !rp_str_equals(words->items[kept - 1], words->items[i]))
            words->items[kept++] = words->items[i];
    }
    words->count = kept;
}

bool search_key_make(rp_memory *memory, const struct search *search, search_key *out)
{
    const struct period *period = search->period;
    rp_str absent = rp_str_absent();
    memset(out, 0, sizeof *out);
    if (!fold(memory, search->repository, &out->parts[0]) || !fold(memory, search->collection, &out->parts[1]) ||
        !fold(memory, period == NULL ? absent : period->from, &out->parts[2]) ||
        !fold(memory, period == NULL ? absent : period->to, &out->parts[3]) ||
        !fold(memory, search->place, &out->parts[4])) {
        return false;
    }
    if (!add_words(memory, &search->terms, &out->words) || !add_words(memory, &search->variants, &out->words)) {
        return false;
    }
    sort_once(&out->words);
    return true;
}

bool search_key_equals(const search_key *left, const search_key *right)
{
    size_t i;
    if (left->words.count != right->words.count) return false;
    for (i = 0; i < 5; i++) {
        if (!rp_str_equals(left->parts[i], right->parts[i])) return false;
    }
    for (i = 0; i < left->words.count; i++) {
        if (!rp_str_equals(left->words.items[i], right->words.items[i])) return false;
    }
    return true;
}

// The group of a search, a new one if there is none; NULL if there is no memory.
static struct group *find_group(rp_memory *memory, rp_list *groups, const struct search *search)
{
    search_key key;
    struct group *fresh;
    size_t i;
    if (!search_key_make(memory, search, &key)) return NULL;
    for (i = 0; i < groups->count; i++) {
        struct group *known = groups->items[i];
        if (search_key_equals(&known->key, &key)) return known;
    }
    fresh = rp_memory_take(memory, sizeof *fresh);
    if (fresh == NULL || !rp_list_add(memory, groups, fresh)) return NULL;
    fresh->key = key;
    fresh->repository = search->repository;
    fresh->collection = search->collection;
    fresh->terms = search->terms;
    return fresh;
}

static rp_status add_log(const rp_call *call, rp_list *groups, const rp_entity *log)
{
    entries_walk walk = entries_start(call->self, log->id);
    while (entries_next(&walk)) {
        const struct search *search = walk.entry->search;
        struct group *group;
        struct made *made;
        if (search == NULL) continue;
        group = find_group(call->memory, groups, search);
        made = rp_memory_take(call->memory, sizeof *made);
        if (group == NULL || made == NULL || !rp_list_add(call->memory, &group->searches, made))
            return RP_ERR_NO_MEMORY;
        made->entry = walk.entity->id;
        made->log = walk.entry->log;
        made->number = walk.entry->number;
        made->created_us = walk.entity->created_us;
        made->result = search->result;
    }
    return RP_OK;
}

static rp_status add_all_logs(const rp_call *call, rp_list *groups)
{
    const struct state *self = call->self;
    rp_status status = RP_OK;
    size_t i;
    for (i = 0; i < self->logs.count && status == RP_OK; i++) status = add_log(call, groups, self->logs.items[i]);
    return status;
}

rp_status find_duplicate_searches(rp_call *call)
{
    const duplicates_args *args = call->args;
    const rp_entity *log;
    struct groups answer = {.count = 0};
    rp_list all = {.count = 0};
    rp_status status = args->all_logs ? add_all_logs(call, &all) : state_find_log(call, args->log, &log);
    size_t i;
    if (status == RP_OK && !args->all_logs) status = add_log(call, &all, log);
    if (status != RP_OK) return status;
    for (i = 0; i < all.count; i++) {
        const struct group *found = all.items[i];
        if (found->searches.count > 1 && !rp_list_add(call->memory, &answer.groups, all.items[i]))
            return RP_ERR_NO_MEMORY;
    }
    answer.count = answer.groups.count;
    return rp_answer_record(call->reply, &groups_record, &answer);
}
