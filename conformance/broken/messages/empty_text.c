// It says nothing about an error.
// trips: messages/error-text
#define ON_MUTATION return rp_answer_error(reply, RP_CODE_NOT_SUPPORTED, "")
#include "../good.h"
