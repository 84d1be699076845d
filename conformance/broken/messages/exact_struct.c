// It refuses a message of a newer host.
// trips: messages/larger-struct
#define BEFORE_OPEN                                                                 \
    if (message->struct_size != sizeof(rp_message)) {                               \
        return rp_answer_error(reply, RP_CODE_NOT_SUPPORTED, "another rp_message"); \
    }
#include "../good.h"
