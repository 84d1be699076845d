// It does whatever operation it is told.
// trips: messages/mutation
#define ON_MUTATION return rp_answer_empty(reply)
#include "../good.h"
