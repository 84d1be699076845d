// It describes a command without a description.
// trips: messages/describe
#define DESCRIPTION "{\"commands\":[{\"name\":\"ask\",\"args\":{},\"returns\":{}}],\"events\":{}}"
#include "../good.h"
