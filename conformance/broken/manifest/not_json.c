// Its manifest is no JSON.
// trips: manifest/json, life/real-host
#define MANIFEST "{name: good}"
#include "../good.h"
