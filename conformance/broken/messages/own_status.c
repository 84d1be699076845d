// It returns a status of its own.
// trips: messages/known-status, messages/mutation, faults/random-session
#define ON_MUTATION return 77
#include "../good.h"
