// It wants the name before the args.
// trips: json/key-order, messages/unknown-command
#define ON_OPEN                                                                                                 \
    if (memcmp(message->payload.data, "{\"args\"", message->payload.len < 7 ? message->payload.len : 7) == 0 && \
        self->is_initialized && message->payload.len > 7) {                                                     \
        return rp_answer_error(reply, RP_CODE_INVALID_PAYLOAD, "name first");                                   \
    }
#include "../good.h"
