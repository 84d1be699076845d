// It describes a command that it does not have.
// trips: messages/described-commands
#define DESCRIPTION                                                                           \
    "{\"commands\":[{\"name\":\"fly\",\"description\":\"Flies\",\"args\":{},\"returns\":{}}," \
    "{\"name\":\"ask\",\"description\":\"Asks\",\"args\":{},\"returns\":{}}],\"events\":{}}"
#include "../good.h"
