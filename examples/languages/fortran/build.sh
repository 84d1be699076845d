#!/bin/sh -e
# Builds the module into $out; $include is the folder of rp_module.h and rp_sdk.h.
# ANCHOR: build
python3 ../bindings.py fortran "$include" >"$out/rp_sdk.f90"
# The functions of rp_sdk.h are static inline; without those words they can be linked to.
cc -c -O2 -fPIC -fvisibility=hidden -Dstatic= -Dinline= -DRP_SDK_NO_MALLOC -x c "$include/rp_sdk.h" -o "$out/rp_sdk_c.o"
gfortran -shared -fPIC -O2 -J"$out" -I"$include" -Wl,--version-script=../exports.map -Wl,-z,defs \
    -o "$out/libtest_minimal_fortran.so" "$out/rp_sdk.f90" module.f90 entry.c "$out/rp_sdk_c.o"
# ANCHOR_END: build
