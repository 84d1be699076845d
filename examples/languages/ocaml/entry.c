// What a host looks for; module.ml has the answers.
#include "rp_ocaml.h"

RP_OCAML_MODULE(
    "{\"name\":\"test-minimal-ocaml\",\"version\":\"0.1.0\",\"protocol\":\"1.0\","
    "\"description\":\"The smallest module that answers everything, in OCaml.\",\"license\":\"MIT OR Apache-2.0\"}");
