// It provides an entity, and answers its queries with not_supported.
// trips: manifest/provides
#define ON_QUERY return rp_answer_error(reply, RP_CODE_NOT_SUPPORTED, "no queries")
#include "../good.h"
