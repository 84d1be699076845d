// Its len lies past the capacity.
// trips: replies/len, replies/grow-exactly, replies/grow-moves, messages/response, faults/random-session
// sandboxed: replies/len
#define ON_MUTATION                                                                     \
    rp_status answered = rp_answer_error(reply, RP_CODE_NOT_SUPPORTED, "no mutations"); \
    if (answered == RP_FAILED) reply->len = reply->capacity + 1;                        \
    return answered
#include "../good.h"
