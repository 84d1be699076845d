#!/bin/sh -e
# Builds the module into $out; $include is the folder of rp_module.h and rp_sdk.h.
# ANCHOR: build
python3 ../bindings.py c "$include" >"$out/rp_sdk.i"
ldc2 -betterC -shared -O2 -fvisibility=hidden -L--version-script=../exports.map -I"$out" -od="$out" \
    -of="$out/libtest_minimal_d.so" module.d "$out/rp_sdk.i"
# ANCHOR_END: build
