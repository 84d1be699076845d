// Texts made one.
#ifndef RESEARCH_LOG_JOINED_H
#define RESEARCH_LOG_JOINED_H

#include "rp_sdk.h"

// Adds the texts with `; ` between.
void add_joined(rp_text *text, const rp_strs *texts);

#endif
