// A table: one line an entry, as RFC 4180 has it.
#include "export.h"
#include "joined.h"
#include "times.h"

static const char head[] = "number,created,type,title,content,tags,references,researcher,session,repository,collection,"
                           "terms,variants,place,from,to,result,documents,negative_findings\r\n";

static bool needs_quotes(rp_str cell)
{
    size_t i;
    for (i = 0; i < cell.len; i++) {
        if (strchr(",\"\r\n", cell.data[i]) != NULL && cell.data[i] != '\0') return true;
    }
    return false;
}

// What is absent is empty.
static void add_cell(rp_text *line, rp_str cell)
{
    size_t i;
    if (!needs_quotes(cell)) {
        if (cell.len > 0) rp_text_add_str(line, cell);
    } else {
        rp_text_add(line, "\"");
        for (i = 0; i < cell.len; i++) {
            rp_str c = {cell.data + i, 1};
            rp_text_add(line, cell.data[i] == '"' ? "\"" : "");
            rp_text_add_str(line, c);
        }
        rp_text_add(line, "\"");
    }
}

static void add_next(rp_text *line, rp_str cell)
{
    rp_text_add(line, ",");
    add_cell(line, cell);
}

// Takes over the text of a cell that was put together.
static void add_made(rp_text *line, rp_text *cell)
{
    rp_str made;
    if (rp_text_finish(cell, &made)) add_next(line, made);
    else line->status = cell->status;
}

static void add_list(rp_text *line, rp_memory *memory, const rp_strs *texts)
{
    rp_text cell = rp_text_start(memory);
    add_joined(&cell, texts);
    add_made(line, &cell);
}

static void add_documents(rp_text *line, rp_memory *memory, const rp_list *documents)
{
    rp_text cell = rp_text_start(memory);
    size_t i;
    for (i = 0; i < documents->count; i++) {
        const struct document *found = documents->items[i];
        rp_text_add(&cell, i == 0 ? "" : "; ");
        rp_text_add_str(&cell, found->title);
        rp_text_add(&cell, ": ");
        rp_text_add_str(&cell, found->citation);
    }
    add_made(line, &cell);
}

static void add_search(rp_text *line, rp_memory *memory, const struct search *search)
{
    const struct period *period = search->period;
    add_next(line, search->repository);
    add_next(line, search->collection);
    add_list(line, memory, &search->terms);
    add_list(line, memory, &search->variants);
    add_next(line, search->place);
    add_next(line, period == NULL ? rp_str_absent() : period->from);
    add_next(line, period == NULL ? rp_str_absent() : period->to);
    add_next(line, rp_str_from(rp_word(&search_results, search->result)));
    add_documents(line, memory, &search->documents);
    add_list(line, memory, &search->negative_findings);
}

static void add_entry_line(rp_text *line, rp_memory *memory, const entries_walk *walk)
{
    const struct entry *entry = walk->entry;
    rp_str created;
    rp_text_add_uint(line, entry->number);
    if (write_moment(memory, walk->entity->created_us, &created)) add_next(line, created);
    else line->status = RP_ERR_NO_MEMORY;
    add_next(line, rp_str_from(rp_word(&entry_types, entry->type)));
    add_next(line, entry->title);
    add_next(line, entry->content);
    add_list(line, memory, &entry->tags);
    add_list(line, memory, &entry->references);
    add_next(line, entry->researcher);
    add_next(line, entry->session);
    if (entry->search != NULL) add_search(line, memory, entry->search);
    else rp_text_add(line, ",,,,,,,,,,"); // the cells of a search
    rp_text_add(line, "\r\n");
}

void add_csv(rp_text *text, rp_memory *memory, const struct state *self, const rp_entity *log)
{
    entries_walk walk = entries_start(self, log->id);
    rp_text_add(text, head);
    while (entries_next(&walk)) add_entry_line(text, memory, &walk);
}
