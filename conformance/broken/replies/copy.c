// It works on a copy of the reply.
// trips: replies/as-passed, messages/mutation
#define ON_MUTATION                                                                    \
    rp_reply copy = *reply;                                                            \
    rp_status written = rp_answer_error(&copy, RP_CODE_NOT_SUPPORTED, "no mutations"); \
    reply->data = copy.data;                                                           \
    reply->len = copy.len;                                                             \
    return written
#include "../good.h"
