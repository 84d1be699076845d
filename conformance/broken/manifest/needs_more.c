// It needs what no host knows.
// trips: manifest/needs, life/real-host
#define MANIFEST \
    "{\"name\":\"good\",\"version\":\"1.0.0\",\"protocol\":\"1.0\",\"needs\":[\"telepathy\"],\"requests\":{\"emit\":[\"good.asked\"]}}"
#include "../good.h"
