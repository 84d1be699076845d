// It answers only the thread that it knows.
// trips: threads/handed-over
// native: its fault is a thread's
#define BEFORE_OPEN                                           \
    if (self->spare == 0) self->spare = (long)pthread_self(); \
    if (self->spare != (long)pthread_self()) return rp_answer_error(reply, RP_CODE_CONFLICT, "who are you?")
#include "../good.h"
