// It describes a command whose arguments are a text, which nobody can send: args is an object.
// trips: messages/describe
#define DESCRIPTION                                                                                              \
    "{\"commands\":[{\"name\":\"ask\",\"description\":\"Asks\",\"args\":{\"type\":\"string\"},\"returns\":{}}]," \
    "\"events\":{}}"
#include "../good.h"
