// It takes a command without a name.
// trips: messages/command-shape
#define ON_OPEN                                                        \
    if (self->is_initialized && rp_str_eq(message->type, "command") && \
        !rp_json_is(rp_json_get(payload, "name"), RP_JSON_STRING)) {   \
        return rp_answer_empty(reply);                                 \
    }
#include "../good.h"
