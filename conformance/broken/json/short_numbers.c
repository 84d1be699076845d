// It has room for numbers of 100 digits.
// trips: json/numbers
#define ON_OPEN                                                                                                      \
    if (good_has(                                                                                                    \
            message->payload,                                                                                        \
            "9999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999")) \
    abort()
#include "../good.h"
