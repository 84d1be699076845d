#!/bin/sh -e
# Builds the module into $out; $include is the folder of rp_module.h and rp_sdk.h.
# ANCHOR: build
python3 ../bindings.py pascal "$include" >"$out/rp_sdk.pas"
# The functions of rp_sdk.h are static inline; without those words they can be linked to.
cc -c -O2 -fPIC -fvisibility=hidden -Dstatic= -Dinline= -DRP_SDK_NO_MALLOC -x c "$include/rp_sdk.h" -o "$out/rp_sdk_c.o"
fpc -v0 -l- -O2 -Cg -Fu"$out" -Fo"$out" -FE"$out" -o"$out/libtest_minimal_pascal.so" test_minimal.pas
# ANCHOR_END: build
