// A module that uses what the tables offer: a configuration, entities, events told and heard, long work, every kind of field.
#include "rp_sdk.h"

RP_WORD_TABLE(colours, "The colour.", "red", "green", "blue");

typedef struct config {
    int colour;
    rp_uint most;
} config;

static const config config_defaults = {2, {true, 3}};
RP_CONFIG_RECORD(config_record, config, config_defaults, RP_WORD(config, colour, colours, NULL),
                 RP_OPT_UINT(config, most, "How many notes there may be."));

typedef struct part {
    rp_str name;
    rp_double share;
} part;

RP_RECORD(part_record, part, "A part.", RP_STR(part, name, NULL), RP_OPT_DOUBLE(part, share, NULL));

typedef struct note {
    rp_str text;
    rp_str author;
    int colour;
    uint64_t pages;
    int64_t level;
    double weight;
    bool done;
    rp_json extra;
    rp_json any;
    rp_strs tags;
    rp_words colours;
    part *first;
    rp_list parts;
} note;

RP_RECORD(note_record, note, "A note.", RP_STR(note, text, "What it says."), RP_OPT_STR(note, author, NULL),
          RP_WORD(note, colour, colours, NULL), RP_UINT(note, pages, NULL), RP_INT(note, level, NULL),
          RP_DOUBLE(note, weight, NULL), RP_BOOL(note, done, NULL), RP_OBJECT(note, extra, NULL), RP_ANY(note, any, NULL),
          RP_STRS(note, tags, NULL), RP_OPT_WORDS(note, colours, colours, NULL), RP_OPT_SUB(note, first, part_record, NULL),
          RP_OPT_LIST(note, parts, part_record, NULL));

typedef struct label {
    rp_str text;
} label;

RP_RECORD(label_record, label, "A label.", RP_STR(label, text, NULL));

typedef struct notes {
    config config;
    rp_collection labels;
    uint64_t heard;
    uint64_t places_heard;
} notes;

RP_RECORD(heard_record, notes, NULL, RP_UINT(notes, heard, NULL), RP_UINT(notes, places_heard, NULL));

static rp_status init(rp_call *call)
{
    notes *self = call->self;
    self->config = *(const config *)call->args;
    self->labels.record = &label_record;
    return RP_OK;
}

static void release(void *state)
{
    rp_collection_release(&((notes *)state)->labels);
}

static rp_status echo(rp_call *call)
{
    return rp_answer_record(call->reply, &note_record, call->args);
}

static rp_status show_config(rp_call *call)
{
    const notes *self = call->self;
    return rp_answer_record(call->reply, &config_record, &self->config);
}

static rp_status tell(rp_call *call)
{
    rp_call_emit(call, "notes.told", &label_record, call->args);
    return RP_OK;
}

typedef struct work {
    uint64_t steps;
} work;

RP_STRICT_RECORD(work_record, work, NULL, RP_UINT(work, steps, NULL));

static rp_status work_long(rp_call *call)
{
    const work *args = call->args;
    rp_steps steps = rp_steps_start(call, args->steps, "working");
    work done = {0};
    while (rp_steps_next(&steps)) done.steps += steps.at;
    return steps.status == RP_OK ? rp_answer_record(call->reply, &work_record, &done) : steps.status;
}

static rp_status ask(rp_call *call)
{
    rp_reply payload = rp_reply_in(call->memory);
    rp_writer query = rp_query_start(&payload, "note");
    rp_json data;
    rp_status status;
    rp_member_string(&query, "status", "open");
    rp_query_sort(&query, "-year");
    rp_query_page(&query, 2, 1);
    status = rp_call_send(call, "query", &query, &data);
    return status == RP_OK ? rp_answer_json(call->reply, data) : status;
}

static rp_status change(rp_call *call)
{
    rp_reply payload = rp_reply_in(call->memory);
    rp_writer mutation = rp_mutation_start(&payload, "note", "update", rp_str_from("n1"));
    rp_json data;
    rp_status status;
    rp_member_bool(&mutation, "open", true);
    rp_mutation_version(&mutation, 4);
    status = rp_call_send(call, "mutation", &mutation, &data);
    return status == RP_OK ? rp_answer_json(call->reply, data) : status;
}

static const rp_command commands[] = {
    RP_COMMAND("echo", "Gives a note back.", echo, &note_record, &note_record),
    RP_COMMAND("config", "Shows the configuration.", show_config, NULL, &config_record),
    RP_COMMAND("tell", "Tells an event.", tell, &label_record, NULL),
    RP_COMMAND("work", "Works long.", work_long, &work_record, &work_record),
    RP_COMMAND("ask", "Asks for notes.", ask, NULL, NULL),
    RP_COMMAND_TEXT("change", "Changes a note.", change, "{\"type\":\"object\",\"maxProperties\":0}", NULL),
};

static const rp_event events[] = {{"notes.told", &label_record}, {"notes.also", NULL}};

static rp_status hear(rp_call *call)
{
    notes *self = call->self;
    self->heard++;
    return RP_OK;
}

// Counts what happens at places, and tells a departure from the rest by its name.
static rp_status hear_of_place(rp_call *call)
{
    notes *self = call->self;
    self->places_heard += rp_str_eq(call->event, "place.left") ? 100 : 1;
    return RP_OK;
}

static const rp_listener listeners[] = {{"notes.told", hear, &label_record}, {"place.*", hear_of_place, NULL}};

static rp_status query_labels(rp_call *call)
{
    const notes *self = call->self;
    return rp_collection_query(&self->labels, call);
}

static rp_status change_labels(rp_call *call)
{
    notes *self = call->self;
    return rp_collection_mutate(&self->labels, call);
}

static const rp_provider providers[] = {{"label", query_labels, change_labels}};

static rp_status other(rp_call *call)
{
    const rp_str *type = call->args;
    if (rp_str_eq(*type, "heard")) return rp_answer_record(call->reply, &heard_record, call->self);
    return rp_answer_error_str(call->reply, RP_CODE_UNKNOWN_TYPE, "never heard of ", *type);
}

RP_TABLE_MODULE(RP_MANIFEST("notes", "0.1.0", "Notes.",
                            RP_PROVIDES("label"),
                            RP_REQUESTS(RP_EMITS("notes.*"), RP_READS("note"), RP_WRITES("note"),
                                        RP_SUBSCRIBES("notes.told", "place.*"))),
                RP_STATE(notes), RP_COMMANDS(commands), RP_EVENTS(events), RP_LISTENERS(listeners),
                RP_PROVIDERS(providers), .config = &config_record, .init = init, .release = release, .other = other);
