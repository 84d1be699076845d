#!/bin/sh -e
# Builds the module into $out; $include is the folder of the headers.
# ANCHOR: build
rp header --bindings fortran >"$out/rp.f90"
cc -c -O2 -fPIC -fvisibility=hidden -I"$include" ../../../templates/linked/rp_sdk.c -o "$out/rp_sdk.o"
gfortran -shared -fPIC -O2 -J"$out" -I"$include" -Wl,--version-script=../../../templates/exports/exports.map -Wl,-z,defs \
    -o "$out/libtest_minimal_fortran.so" "$out/rp.f90" module.f90 entry.c "$out/rp_sdk.o"
# ANCHOR_END: build
