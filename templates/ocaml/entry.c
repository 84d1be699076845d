// What a host looks for; module.ml has the answers.
#include "rp_ocaml.h"

RP_OCAML_MODULE(
    "{\"name\":\"@name@\",\"version\":\"0.1.0\",\"protocol\":\"1.0\","
    "\"description\":\"@description@\",\"license\":\"MIT\"}");
