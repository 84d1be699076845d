// export: a log as text, to be kept or printed.
#ifndef RESEARCH_LOG_EXPORT_H
#define RESEARCH_LOG_EXPORT_H

#include "args.h"
#include "state.h"

enum { JSON = 1, MARKDOWN, CSV };
RP_WORD_TABLE(formats, "The form of an export.", "json", "markdown", "csv");

typedef struct export_args {
    int format;
    rp_str log;
} export_args;

RP_RECORD(export_args_record, export_args, NULL, RP_WORD(export_args, format, formats, NULL),
          RP_OPT_STR(export_args, log, ABOUT_LOG));

typedef struct exported {
    int format;
    rp_str content;
} exported;

RP_RECORD(exported_record, exported, "What `export` answers.", RP_WORD(exported, format, formats, NULL),
          RP_STR(exported, content, NULL));

// Add the log in their form.
void add_markdown(rp_text *text, rp_memory *memory, const struct state *self, const rp_entity *log);
void add_csv(rp_text *text, rp_memory *memory, const struct state *self, const rp_entity *log);

rp_status export_log(rp_call *call);

#endif
