// create_log and set_active_log.
#ifndef RESEARCH_LOG_LOGS_H
#define RESEARCH_LOG_LOGS_H

#include "model.h"

typedef struct create_log_args {
    rp_str title;
    rp_str objective;
    rp_str subject;
    rp_str researcher;
    rp_strs tags;
    rp_json metadata;
} create_log_args;

RP_RECORD(create_log_record, create_log_args, NULL, RP_STR(create_log_args, title, NULL),
          RP_OPT_STR(create_log_args, objective, "The question that the research is to answer."),
          RP_OPT_STR(create_log_args, subject, "Who or what it is about."),
          RP_OPT_STR(create_log_args, researcher, "Who keeps the log; entries without a researcher are theirs."),
          RP_OPT_STRS(create_log_args, tags, NULL), RP_OPT_OBJECT(create_log_args, metadata, NULL));

typedef struct set_active_log_args {
    rp_str log;
} set_active_log_args;

RP_RECORD(set_active_log_record, set_active_log_args, NULL, RP_STR(set_active_log_args, log, "The id of the log."));

rp_status create_log(rp_call *call);
rp_status set_active_log(rp_call *call);

#endif
