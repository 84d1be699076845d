// The typed command in C: reads the six fields of an entry, and answers it with a number of its own.
#include "rp_sdk.h"

static char instance; // no state to keep: any address will do

static void *create(const rp_host *host)
{
    (void)host;
    return &instance;
}

static void destroy(void *self)
{
    (void)self;
}

typedef struct entry {
    rp_json title, date, person, sources, note;
    uint64_t year;
    size_t title_len, note_len;
} entry;

static bool is_person(rp_json person)
{
    return rp_json_is(rp_json_get(person, "name"), RP_JSON_STRING) && rp_json_is(rp_json_get(person, "born"), RP_JSON_NUMBER);
}

static bool are_sources(rp_json sources)
{
    if (!rp_json_is(sources, RP_JSON_ARRAY)) return false;
    for (rp_json_walk walk = rp_json_walk_start(sources); rp_json_walk_next(&walk);) {
        if (!rp_json_is(rp_json_get(walk.value, "repository"), RP_JSON_STRING)) return false;
        if (!rp_json_is(rp_json_get(walk.value, "page"), RP_JSON_NUMBER)) return false;
    }
    return true;
}

static bool read_entry(rp_json args, entry *out)
{
    for (rp_json_walk walk = rp_json_walk_start(args); rp_json_walk_next(&walk);) {
        if (rp_json_equals(walk.key, "title")) out->title = walk.value;
        else if (rp_json_equals(walk.key, "date")) out->date = walk.value;
        else if (rp_json_equals(walk.key, "year")) (void)(rp_json_read_uint(walk.value, &out->year) == RP_JSON_OK);
        else if (rp_json_equals(walk.key, "person")) out->person = walk.value;
        else if (rp_json_equals(walk.key, "sources")) out->sources = walk.value;
        else if (rp_json_equals(walk.key, "note")) out->note = walk.value;
    }
    return rp_json_string_len(out->title, &out->title_len) == RP_JSON_OK && rp_json_is(out->date, RP_JSON_STRING) &&
           is_person(out->person) && are_sources(out->sources) && rp_json_string_len(out->note, &out->note_len) == RP_JSON_OK;
}

static rp_status record(rp_json args, rp_reply *reply)
{
    const rp_json nothing = {{"", 0}};
    entry entry = {nothing, nothing, nothing, nothing, nothing, 0, 0, 0};
    if (!read_entry(args, &entry)) return rp_answer_error(reply, RP_CODE_INVALID_PAYLOAD, "args: expected an entry");
    rp_writer data = rp_answer_start(reply);
    rp_writer_key(&data, "number");
    rp_writer_uint(&data, (uint64_t)(entry.title_len + entry.note_len));
    rp_writer_key(&data, "entry");
    rp_writer_open_object(&data);
    rp_writer_key(&data, "title");
    rp_writer_json(&data, entry.title);
    rp_writer_key(&data, "date");
    rp_writer_json(&data, entry.date);
    rp_writer_key(&data, "year");
    rp_writer_uint(&data, entry.year + 1);
    rp_writer_key(&data, "person");
    rp_writer_json(&data, entry.person);
    rp_writer_key(&data, "sources");
    rp_writer_json(&data, entry.sources);
    rp_writer_key(&data, "note");
    rp_writer_json(&data, entry.note);
    rp_writer_close(&data);
    return rp_answer_finish(&data);
}

static rp_status handle_message(void *self, const rp_message *message, rp_reply *reply)
{
    rp_json payload, name, args;
    rp_status opened = rp_message_open(self, message, reply, &payload);
    if (opened != RP_OK) return opened;
    if (!rp_str_eq(message->type, "command")) return rp_answer_empty(reply);
    opened = rp_command_open(payload, reply, &name, &args);
    if (opened != RP_OK) return opened;
    if (rp_json_equals(name, "record")) return record(args, reply);
    return rp_answer_error_json(reply, RP_CODE_UNKNOWN_COMMAND, "unknown command: ", name);
}

RP_MODULE(0, "{\"name\":\"typed-c\",\"version\":\"0.1.0\",\"protocol\":\"1.0\"}", create, destroy, handle_message);
