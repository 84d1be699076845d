// It answers a query with {}.
// trips: messages/query
#define ON_QUERY return rp_answer_empty(reply)
#include "../good.h"
