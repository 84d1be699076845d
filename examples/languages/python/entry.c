// What a host looks for; module.py has the answers.
#include "rp_python.h"

#include "module_py.h"

RP_PYTHON_MODULE("test_minimal_python",
                 "{\"name\":\"test-minimal-python\",\"version\":\"0.1.0\",\"protocol\":\"1.0\","
                 "\"description\":\"The smallest module that answers everything, in Python.\",\"license\":\"MIT OR Apache-2.0\"}");
