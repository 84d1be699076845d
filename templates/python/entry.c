// What a host looks for; module.py has the answers.
#include "rp_python.h"

#include "module_py.h"

RP_PYTHON_MODULE("@stem@",
                 "{\"name\":\"@name@\",\"version\":\"0.1.0\",\"protocol\":\"1.0\","
                 "\"description\":\"@description@\",\"license\":\"MIT\"}");
