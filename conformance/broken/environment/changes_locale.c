// It changes the locale.
// trips: environment/locale
#define ON_INIT setlocale(LC_ALL, "C.UTF-8")
#include "../good.h"
