// It describes an event whose data is a list.
// trips: messages/describe
#define DESCRIPTION                                                                           \
    "{\"commands\":[{\"name\":\"ask\",\"description\":\"Asks\",\"args\":{},\"returns\":{}}]," \
    "\"events\":{\"asked\":{\"data\":{\"type\":\"array\"}}}}"
#include "../good.h"
