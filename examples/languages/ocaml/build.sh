#!/bin/sh -e
# Builds the module into $out; $include is the folder of the headers.
# ANCHOR: build
around=../../../templates/ocaml
printf 'let text = {|%s|}\n' "$(cat describe.json)" >"$out/description.ml"
cp "$around/rp_module.ml" module.ml "$out"
ocamlopt -output-complete-obj -runtime-variant _pic -ccopt -fPIC -I "$out" -o "$out/ocaml.o" \
    "$out/description.ml" "$out/rp_module.ml" "$out/module.ml"
cc -shared -fPIC -O2 -s -fvisibility=hidden -I"$include" -I"$around" -I"$(ocamlopt -where)" -Wl,-z,defs \
    -Wl,-z,noexecstack -Wl,--version-script=../../../templates/exports/exports.map \
    -o "$out/libtest_minimal_ocaml.so" entry.c "$out/ocaml.o" -lm -ldl
# ANCHOR_END: build
