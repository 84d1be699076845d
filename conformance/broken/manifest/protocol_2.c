// It speaks a protocol of the future.
// trips: manifest/protocol, life/real-host
#define MANIFEST \
    "{\"name\":\"good\",\"version\":\"1.0.0\",\"protocol\":\"2.0\",\"requests\":{\"emit\":[\"good.asked\"]}}"
#include "../good.h"
