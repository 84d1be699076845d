// Times for people, in UTC.
#ifndef RESEARCH_LOG_TIMES_H
#define RESEARCH_LOG_TIMES_H

#include "rp_sdk.h"

// `2024-02-29`. False if there is no memory.
bool write_day(rp_memory *memory, int64_t time_us, rp_str *out);

// `2024-02-29T12:30:00Z`; what is less than a second is cut off.
bool write_moment(rp_memory *memory, int64_t time_us, rp_str *out);

#endif
