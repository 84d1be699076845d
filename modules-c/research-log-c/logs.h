// create_log and set_active_log.
#ifndef RESEARCH_LOG_LOGS_H
#define RESEARCH_LOG_LOGS_H

#include "model.h"

// What create_log takes: a log without the number.
RP_RECORD(create_log_record, log_document, NULL, RP_STR(log_document, title, NULL),
          RP_OPT_STR(log_document, objective, "The question that the research is to answer."),
          RP_OPT_STR(log_document, subject, "Who or what it is about."),
          RP_OPT_STR(log_document, researcher, "Who keeps the log; entries without a researcher are theirs."),
          RP_OPT_STRS(log_document, tags, NULL), RP_OPT_OBJECT(log_document, metadata, NULL));

typedef struct set_active_log_args {
    rp_str log;
} set_active_log_args;

RP_RECORD(set_active_log_record, set_active_log_args, NULL, RP_STR(set_active_log_args, log, "The id of the log."));

rp_status create_log(rp_call *call);
rp_status set_active_log(rp_call *call);

#endif
