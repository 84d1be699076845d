// It repeats an escaped NUL as a raw one.
// trips: json/unicode, faults/random-session
#define ON_EVENT                                                                          \
    if (good_has(message->payload, "\\u0000")) {                                          \
        static const char text[] = "{\"status\":\"success\",\"data\":{\"text\":\"\0\"}}"; \
        rp_reply_write(reply, text, sizeof text - 1);                                     \
        return RP_OK;                                                                     \
    }
#include "../good.h"
