#!/bin/sh -e
# Builds the module into $out; $include is the folder of the headers.
# ANCHOR: build
rp header --bindings pascal >"$out/rp.pas"
cc -c -O2 -fPIC -fvisibility=hidden -I"$include" ../../../templates/linked/rp_sdk.c -o "$out/rp_sdk.o"
fpc -v0 -l- -O2 -Cg -Fu"$out" -Fo"$out" -FE"$out" -o"$out/libtest_minimal_pascal.so" test_minimal.pas
# ANCHOR_END: build
