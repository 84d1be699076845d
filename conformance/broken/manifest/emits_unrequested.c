// It describes an event that its manifest does not request.
// trips: manifest/emits
#define MANIFEST                                                                             \
    "{\"name\":\"good\",\"version\":\"1.0.0\",\"protocol\":\"1.0\",\"provides\":[\"note\"]," \
    "\"requests\":{\"read\":[\"note\"],\"emit\":[\"good\",\"good.ask*ed\",\"bad.*\"]}}"
#include "../good.h"
