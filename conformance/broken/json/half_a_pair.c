// It repeats half of a surrogate pair as three bytes.
// trips: json/surrogates, faults/random-session
#define ON_EVENT                                                                                    \
    if (good_has(message->payload, "\\ud800")) {                                                    \
        static const char text[] = "{\"status\":\"success\",\"data\":{\"text\":\"\xed\xa0\x80\"}}"; \
        rp_reply_write(reply, text, sizeof text - 1);                                               \
        return RP_OK;                                                                               \
    }
#include "../good.h"
