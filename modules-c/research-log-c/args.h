// What the commands take. Whatever is optional may also be null.
#ifndef RESEARCH_LOG_ARGS_H
#define RESEARCH_LOG_ARGS_H

#include "model.h"

#define ABOUT_LOG "The id of a log; the active one unless given."

// Refuses text of nothing but space.
rp_status check_text(const rp_call *call, const rp_path *path, rp_str text);
rp_status check_texts(const rp_call *call, const char *key, const rp_strs *texts);
rp_status check_key(const rp_call *call, const char *key, rp_str text);

// An object, or {} where there is none.
rp_json object_or_empty(rp_json object);

#endif
