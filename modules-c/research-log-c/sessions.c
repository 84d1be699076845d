#include "sessions.h"

#include "entries.h"

static bool join(rp_memory *memory, const char *before, rp_str text, rp_str *out)
{
    rp_text joined = rp_text_start(memory);
    rp_text_add(&joined, before);
    rp_text_add_str(&joined, text);
    return rp_text_finish(&joined, out);
}

// Writes into the active log that a session began or ended; without an active log nothing.
static rp_status note_session(const rp_call *call, const char *heading, rp_str content)
{
    static rp_str tag = {"session", 7};
    const struct state *self = call->self;
    const rp_entity *log = state_log(self, rp_str_absent()), *added;
    struct entry document;
    rp_str title;
    if (log == NULL) return RP_OK;
    if (!join(call->memory, heading, self->session.title, &title)) return RP_ERR_NO_MEMORY;
    document = entry_start(self, log, PROGRESS, title, rp_str_absent());
    document.content = content;
    if (!rp_strs_add(call->memory, &document.tags, tag)) return RP_ERR_NO_MEMORY;
    return entry_add(call, &document, &added);
}

static void session_end(struct session *session)
{
    rp_memory_release(&session->memory);
    memset(session, 0, sizeof *session);
}

// The session that goes on from now, with texts of its own.
static bool session_make(const session_started_data *data, struct session *out)
{
    rp_str title = rp_str_or(data->title, data->session);
    memset(out, 0, sizeof *out);
    out->is_open = true;
    return rp_memory_copy(&out->memory, data->session, &out->id) && rp_memory_copy(&out->memory, title, &out->title) &&
           (!rp_str_is_given(data->researcher) || rp_memory_copy(&out->memory, data->researcher, &out->researcher));
}

rp_status session_started(rp_call *call)
{
    struct state *self = call->self;
    struct session fresh;
    if (!session_make(call->args, &fresh)) {
        session_end(&fresh);
        return RP_ERR_NO_MEMORY;
    }
    session_end(&self->session);
    self->session = fresh;
    return note_session(call, "Session started: ", rp_str_from(""));
}

static rp_status log_not_started(const rp_call *call, rp_str id)
{
    rp_text line = rp_text_start(call->memory);
    rp_str text;
    rp_text_add(&line, "session ");
    rp_text_add_str(&line, id);
    rp_text_add(&line, " ended, which had not started here");
    if (!rp_text_finish(&line, &text)) return RP_ERR_NO_MEMORY;
    rp_host_log_str(call->host, call->id, RP_LOG_INFO, text);
    return RP_OK;
}

rp_status session_ended(rp_call *call)
{
    const session_ended_data *data = call->args;
    struct state *self = call->self;
    rp_text content = rp_text_start(call->memory);
    rp_status status;
    rp_str text;
    if (!self->session.is_open || !rp_str_equals(self->session.id, data->session)) {
        return log_not_started(call, data->session);
    }
    if (rp_str_is_given(data->summary)) rp_text_add_str(&content, data->summary);
    if (rp_str_is_given(data->summary)) rp_text_add(&content, "\n\n");
    rp_text_add_uint(&content, self->session.entries);
    rp_text_add(&content, " entries, ");
    rp_text_add_uint(&content, self->session.searches);
    rp_text_add(&content, " searches");
    if (!rp_text_finish(&content, &text)) return RP_ERR_NO_MEMORY;
    status = note_session(call, "Session ended: ", text);
    if (status == RP_OK) session_end(&self->session);
    return status;
}
