// It does not fill the reply of a newer host.
// trips: replies/larger-struct
#define ON_MUTATION \
    if (reply->struct_size != sizeof(rp_reply)) return 77
#include "../good.h"
