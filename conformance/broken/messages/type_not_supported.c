// It answers an unknown type with the wrong code.
// trips: messages/unknown-type
#define ON_UNKNOWN_TYPE return rp_answer_error(reply, RP_CODE_NOT_SUPPORTED, "no such type")
#include "../good.h"
