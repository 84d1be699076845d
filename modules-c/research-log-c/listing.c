#include "listing.h"

#include "state.h"

bool is_within(int64_t time_us, const rp_int *since_us, const rp_int *until_us)
{
    return (!since_us->is_given || since_us->value <= time_us) && (!until_us->is_given || time_us < until_us->value);
}

static char small(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static bool begins_with(const char *text, rp_str part)
{
    size_t i;
    for (i = 0; i < part.len && small(text[i]) == small(part.data[i]); i++) {
    }
    return i == part.len;
}

// Whether a text has another one in it; the case of A to Z does not matter.
static bool holds(rp_str text, rp_str part)
{
    size_t at;
    for (at = 0; at + part.len <= text.len; at++) {
        if (begins_with(text.data + at, part)) return true;
    }
    return false;
}

static bool has_type(const rp_words *types, int type)
{
    size_t i;
    for (i = 0; i < types->count && types->items[i] != type; i++) {
    }
    return i < types->count;
}

static bool has_tag(const rp_strs *tags, rp_str tag)
{
    size_t i;
    for (i = 0; i < tags->count && !rp_str_equals(tags->items[i], tag); i++) {
    }
    return i < tags->count;
}

static bool has_tags(const rp_strs *tags, const rp_strs *wanted)
{
    size_t i;
    for (i = 0; i < wanted->count && has_tag(tags, wanted->items[i]); i++) {
    }
    return i == wanted->count;
}

static bool is_same(rp_str wanted, rp_str found)
{
    return !rp_str_is_given(wanted) || (rp_str_is_given(found) && rp_str_equals(wanted, found));
}

static bool has_text(const struct entry *entry, rp_str text)
{
    return !rp_str_is_given(text) || holds(entry->title, text) || holds(entry->content, text);
}

// The text comes last, since it takes longest.
static bool is_wanted(const entries_walk *walk, const list_entries_args *args)
{
    const struct entry *entry = walk->entry;
    return (!args->types.is_given || has_type(&args->types, entry->type)) && has_tags(&entry->tags, &args->tags) &&
           is_same(args->researcher, entry->researcher) && is_same(args->session, entry->session) &&
           is_within(walk->entity->created_us, &args->since_us, &args->until_us) && has_text(entry, args->text);
}

static void turn_round(rp_list *list)
{
    size_t i;
    for (i = 0; i < list->count / 2; i++) {
        void *item = list->items[i];
        list->items[i] = list->items[list->count - 1 - i];
        list->items[list->count - 1 - i] = item;
    }
}

static void cut(rp_list *list, uint64_t offset, uint64_t limit)
{
    size_t skipped = offset < list->count ? (size_t)offset : list->count;
    list->items += skipped;
    list->count -= skipped;
    if (limit < list->count) list->count = (size_t)limit;
}

rp_status list_entries(rp_call *call)
{
    const list_entries_args *args = call->args;
    const rp_entity *log;
    struct page answer = {.count = 0};
    entries_walk walk;
    rp_status status = state_find_log(call, args->log, &log);
    if (status != RP_OK) return status;
    for (walk = entries_start(call->self, log->id); entries_next(&walk);) {
        if (!is_wanted(&walk, args)) continue;
        if (!rp_list_add(call->memory, &answer.entries, walk.entity)) return RP_ERR_NO_MEMORY;
    }
    answer.count = answer.entries.count;
    if (args->order == NEWEST) turn_round(&answer.entries);
    cut(&answer.entries, args->offset.is_given ? args->offset.value : 0,
        args->limit.is_given ? args->limit.value : 100);
    return rp_answer_record(call->reply, &page_record, &answer);
}
