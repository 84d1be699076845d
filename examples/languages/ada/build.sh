#!/bin/sh -e
# Builds the module into $out; $include is the folder of the headers.
# ANCHOR: build
rp header --bindings ada >"$out/rp.ads"
cc -c -O2 -fPIC -fvisibility=hidden -I"$include" ../../../templates/linked/rp_sdk.c -o "$out/rp_sdk.o"
gcc -c -gnat2012 -gnatwae -O2 -fPIC -I"$out" test_minimal.adb -o "$out/test_minimal.o"
gcc -shared -s -Wl,--gc-sections -Wl,--version-script=../../../templates/exports/exports.map -Wl,-z,defs \
    -o "$out/libtest_minimal_ada.so" "$out/test_minimal.o" "$out/rp_sdk.o" \
    "$(gcc -print-file-name=adalib)/libgnat_pic.a"
# ANCHOR_END: build
