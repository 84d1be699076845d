// Research sessions, which another module starts and ends.
#ifndef RESEARCH_LOG_SESSIONS_H
#define RESEARCH_LOG_SESSIONS_H

#include "rp_sdk.h"

typedef struct session_started_data {
    rp_str session;
    rp_str title;
    rp_str researcher;
} session_started_data;

RP_RECORD(session_started_record, session_started_data, NULL, RP_STR(session_started_data, session, NULL),
          RP_OPT_STR(session_started_data, title, NULL), RP_OPT_STR(session_started_data, researcher, NULL));

typedef struct session_ended_data {
    rp_str session;
    rp_str summary;
} session_ended_data;

RP_RECORD(session_ended_record, session_ended_data, NULL, RP_STR(session_ended_data, session, NULL),
          RP_OPT_STR(session_ended_data, summary, NULL));

rp_status session_started(rp_call *call);
rp_status session_ended(rp_call *call);

#endif
