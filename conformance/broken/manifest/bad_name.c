// Its name has a space and a capital.
// trips: manifest/name, life/real-host
#define MANIFEST \
    "{\"name\":\"Very good\",\"version\":\"1.0.0\",\"protocol\":\"1.0\",\"requests\":{\"emit\":[\"good.asked\"]}}"
#include "../good.h"
