// Its version is no semantic one.
// trips: manifest/version, life/real-host
#define MANIFEST "{\"name\":\"good\",\"version\":\"1\",\"protocol\":\"1.0\",\"requests\":{\"emit\":[\"good.asked\"]}}"
#include "../good.h"
