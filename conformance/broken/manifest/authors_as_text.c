// Its authors are one string, not a list.
// trips: manifest/lists, life/real-host
#define MANIFEST \
    "{\"name\":\"good\",\"version\":\"1.0.0\",\"protocol\":\"1.0\",\"authors\":\"me\",\"requests\":{\"emit\":[\"good.asked\"]}}"
#include "../good.h"
