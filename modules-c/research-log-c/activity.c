#include "activity.h"

#include "listing.h"
#include "state.h"
#include "times.h"

static bool count_one(rp_memory *memory, rp_list *counts, rp_str name)
{
    occurrence *fresh;
    size_t i;
    for (i = 0; i < counts->count; i++) {
        occurrence *known = counts->items[i];
        if (!rp_str_equals(known->name, name)) continue;
        known->count++;
        return true;
    }
    fresh = rp_memory_take(memory, sizeof *fresh);
    if (fresh == NULL || !rp_list_add(memory, counts, fresh)) return false;
    fresh->name = name;
    fresh->count = 1;
    return true;
}

static bool count_all(rp_memory *memory, rp_list *counts, const rp_strs *names)
{
    size_t i;
    for (i = 0; i < names->count && count_one(memory, counts, names->items[i]); i++) {
    }
    return i == names->count;
}

static bool count_day(rp_memory *memory, rp_list *counts, int64_t time_us)
{
    rp_str day;
    return write_day(memory, time_us, &day) && count_one(memory, counts, day);
}

static int by_name(const void *left, const void *right)
{
    const occurrence *first = *(const occurrence *const *)left, *second = *(const occurrence *const *)right;
    return rp_str_compare(first->name, second->name);
}

// The most frequent first, then by the bytes of the name.
static int by_count(const void *left, const void *right)
{
    const occurrence *first = *(const occurrence *const *)left, *second = *(const occurrence *const *)right;
    if (first->count != second->count) return first->count > second->count ? -1 : 1;
    return by_name(left, right);
}

static void sort(rp_list *counts, int (*compare)(const void *, const void *))
{
    if (counts->count > 0) qsort(counts->items, counts->count, sizeof counts->items[0], compare);
}

static void count_type(type_counts *counts, int type)
{
    uint64_t *const by_type[] = {&counts->note,       &counts->observation, &counts->question, &counts->hypothesis,
                                 &counts->conclusion, &counts->task,        &counts->progress, &counts->search};
    ++*by_type[type - 1];
}

static void count_result(result_counts *counts, int result)
{
    uint64_t *const by_result[] = {&counts->found, &counts->partial, &counts->none, &counts->access_denied};
    ++*by_result[result - 1];
}

static bool count_search(rp_memory *memory, struct searches *searches, const struct search *search)
{
    if (search == NULL) return true;
    searches->count++;
    searches->documents += search->documents.count;
    searches->negative_findings += search->negative_findings.count;
    count_result(searches->by_result, search->result);
    return count_one(memory, &searches->by_repository, search->repository);
}

static bool count_entry(rp_memory *memory, struct activity *activity, const entries_walk *walk)
{
    const struct entry *entry = walk->entry;
    bool has_researcher = rp_str_is_given(entry->researcher);
    activity->entries++;
    count_type(activity->by_type, entry->type);
    return count_all(memory, &activity->by_tag, &entry->tags) &&
           (!has_researcher || count_one(memory, &activity->by_researcher, entry->researcher)) &&
           count_day(memory, &activity->by_day, walk->entity->created_us) &&
           count_search(memory, activity->searches, entry->search);
}

// Whether an entry of the log, whenever it was made, resolves this one.
static bool is_resolved(const struct state *self, const entries_walk *by, bool by_conclusion)
{
    entries_walk walk = entries_start(self, by->log);
    while (entries_next(&walk)) {
        size_t i;
        if (by_conclusion && walk.entry->type != CONCLUSION) continue;
        for (i = 0; i < walk.entry->resolves.count; i++) {
            if (rp_str_equals(walk.entry->resolves.items[i], by->entity->id)) return true;
        }
    }
    return false;
}

static bool add_if_open(rp_memory *memory, rp_list *list, const entries_walk *walk, bool by_conclusion)
{
    open_entry *open;
    if (is_resolved(walk->self, walk, by_conclusion)) return true;
    open = rp_memory_take(memory, sizeof *open);
    if (open == NULL || !rp_list_add(memory, list, open)) return false;
    open->entry = walk->entity->id;
    open->number = walk->entry->number;
    open->title = walk->entry->title;
    return true;
}

static bool find_open(rp_memory *memory, struct activity *activity, const entries_walk *walk)
{
    const struct entry *entry = walk->entry;
    rp_list *conflicts = &activity->unresolved_conflicts;
    bool found = true;
    if (entry->type == QUESTION) found = add_if_open(memory, &activity->open_questions, walk, false);
    if (entry->type == TASK) found = add_if_open(memory, &activity->open_tasks, walk, false);
    if (entry->type == HYPOTHESIS) {
        found = add_if_open(memory, &activity->hypotheses_without_conclusion, walk, true);
    }
    return found && (entry->contradicts.count == 0 || add_if_open(memory, conflicts, walk, true));
}

rp_status analyze_activity(rp_call *call)
{
    const analyze_args *args = call->args;
    rp_memory *memory = call->memory;
    type_counts by_type = {0};
    result_counts by_result = {0};
    struct searches searches = {.by_result = &by_result};
    struct activity answer = {.by_type = &by_type, .searches = &searches};
    const rp_entity *log;
    entries_walk walk;
    rp_status status = state_find_log(call, args->log, &log);
    if (status != RP_OK) return status;
    answer.log = log->id;
    for (walk = entries_start(call->self, log->id); entries_next(&walk);) {
        if (!is_within(walk.entity->created_us, &args->since_us, &args->until_us)) continue;
        if (!count_entry(memory, &answer, &walk) || !find_open(memory, &answer, &walk)) return RP_ERR_NO_MEMORY;
    }
    sort(&answer.by_tag, by_count);
    sort(&answer.by_researcher, by_count);
    sort(&answer.by_day, by_name);
    sort(&searches.by_repository, by_count);
    return rp_answer_record(call->reply, &activity_record, &answer);
}
