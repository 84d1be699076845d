// It answers an unknown command with the wrong code.
// trips: messages/unknown-command
#define ON_COMMAND \
    if (!rp_json_equals(name, "ask")) return rp_answer_error(reply, RP_CODE_NOT_FOUND, "no such command")
#include "../good.h"
