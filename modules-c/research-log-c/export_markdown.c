// A report for people.
#include "export.h"
#include "times.h"

// What must stand on one line: its breaks become blanks.
static void add_line(rp_text *text, rp_str line)
{
    size_t begin = 0, i;
    for (i = 0; i < line.len; i++) {
        rp_str run = {line.data + begin, i - begin};
        if (line.data[i] != '\r' && line.data[i] != '\n') continue;
        rp_text_add_str(text, run);
        rp_text_add(text, " ");
        begin = i + 1;
    }
    {
        rp_str rest = {line.data + begin, line.len - begin};
        rp_text_add_str(text, rest);
    }
}

static void start_item(rp_text *text, const char *name)
{
    rp_text_add(text, "- ");
    rp_text_add(text, name);
    rp_text_add(text, ": ");
}

// `- NAME: TEXT`, left out where there is no text.
static void add_item(rp_text *text, const char *name, rp_str item)
{
    if (!rp_str_is_given(item)) return;
    start_item(text, name);
    add_line(text, item);
    rp_text_add(text, "\n");
}

static void add_list(rp_text *text, const char *name, const rp_strs *items)
{
    size_t i;
    if (items->count == 0) return;
    start_item(text, name);
    for (i = 0; i < items->count; i++) {
        rp_text_add(text, i == 0 ? "" : "; ");
        add_line(text, items->items[i]);
    }
    rp_text_add(text, "\n");
}

static void add_period(rp_text *text, const struct period *period)
{
    if (period == NULL) return;
    start_item(text, "Period");
    add_line(text, rp_str_or(period->from, rp_str_from("")));
    rp_text_add(text, " to ");
    add_line(text, rp_str_or(period->to, rp_str_from("")));
    rp_text_add(text, "\n");
}

static void add_documents(rp_text *text, const rp_list *documents)
{
    size_t i;
    for (i = 0; i < documents->count; i++) {
        const struct document *found = documents->items[i];
        start_item(text, "Document");
        add_line(text, found->title);
        rp_text_add(text, ": ");
        add_line(text, found->citation);
        rp_text_add(text, "\n");
    }
}

static void add_search(rp_text *text, const struct search *search)
{
    size_t i;
    add_item(text, "Repository", search->repository);
    add_item(text, "Collection", search->collection);
    add_list(text, "Terms", &search->terms);
    add_list(text, "Variants", &search->variants);
    add_period(text, search->period);
    add_item(text, "Place", search->place);
    add_item(text, "Result", rp_str_from(rp_word(&search_results, search->result)));
    add_documents(text, &search->documents);
    for (i = 0; i < search->negative_findings.count; i++) {
        add_item(text, "Negative finding", search->negative_findings.items[i]);
    }
}

// The numbers of entries, for people: `#3`.
static void add_numbers(rp_text *text, const char *name, const struct state *self, const rp_strs *ids)
{
    bool is_first = true;
    size_t i;
    for (i = 0; i < ids->count; i++) {
        const rp_entity *entity = rp_collection_get(&self->entries, ids->items[i]);
        if (entity == NULL) continue;
        if (is_first) start_item(text, name);
        rp_text_add(text, is_first ? "#" : "; #");
        rp_text_add_uint(text, entry_of(entity)->number);
        is_first = false;
    }
    if (!is_first) rp_text_add(text, "\n");
}

static void add_heading(rp_text *text, const struct entry *entry)
{
    rp_text_add(text, "\n## ");
    rp_text_add_uint(text, entry->number);
    rp_text_add(text, ". ");
    rp_text_add(text, rp_word(&entry_types, entry->type));
    rp_text_add(text, ": ");
    add_line(text, entry->title);
    rp_text_add(text, "\n\n");
}

static void add_entry_section(rp_text *text, rp_memory *memory, const entries_walk *walk)
{
    const struct entry *entry = walk->entry;
    rp_str date;
    add_heading(text, entry);
    if (entry->content.len > 0) rp_text_add_str(text, entry->content);
    if (entry->content.len > 0) rp_text_add(text, "\n\n");
    if (write_moment(memory, walk->entity->created_us, &date)) add_item(text, "Date", date);
    else text->status = RP_ERR_NO_MEMORY;
    add_item(text, "Researcher", entry->researcher);
    add_item(text, "Session", entry->session);
    add_list(text, "Tags", &entry->tags);
    if (entry->search != NULL) add_search(text, entry->search);
    add_list(text, "References", &entry->references);
    add_numbers(text, "Resolves", walk->self, &entry->resolves);
    add_numbers(text, "Contradicts", walk->self, &entry->contradicts);
}

static uint64_t count_entries(const struct state *self, rp_str log)
{
    uint64_t count = 0;
    entries_walk walk;
    for (walk = entries_start(self, log); entries_next(&walk);) count++;
    return count;
}

void add_markdown(rp_text *text, rp_memory *memory, const struct state *self, const rp_entity *log)
{
    const log_document *data = log_of(log);
    entries_walk walk;
    rp_text_add(text, "# ");
    add_line(text, data->title);
    rp_text_add(text, "\n\n");
    add_item(text, "Objective", data->objective);
    add_item(text, "Subject", data->subject);
    add_item(text, "Researcher", data->researcher);
    add_list(text, "Tags", &data->tags);
    start_item(text, "Entries");
    rp_text_add_uint(text, count_entries(self, log->id));
    rp_text_add(text, "\n");
    for (walk = entries_start(self, log->id); entries_next(&walk);) add_entry_section(text, memory, &walk);
}
