// It refuses a field that it does not know.
// trips: messages/unknown-fields
#define ON_INIT                                                                      \
    if (rp_json_count(rp_json_get(payload, "newer")) > 0) {                          \
        return rp_answer_error(reply, RP_CODE_INVALID_PAYLOAD, "newer: unexpected"); \
    }
#include "../good.h"
