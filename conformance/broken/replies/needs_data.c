// It does not fill a reply whose data is NULL.
// trips: replies/null-data
#define ON_MUTATION \
    if (reply->data == NULL) return 77
#include "../good.h"
