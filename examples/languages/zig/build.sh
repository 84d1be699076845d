#!/bin/sh -e
# Builds the module into $out; $include is the folder of rp_module.h.
# ANCHOR: build
zig translate-c -lc -DRP_NO_ENTRY -I"$include" "$include/rp_module.h" >"$out/rp_module.zig"
zig build-lib -dynamic -O ReleaseSafe -fstrip -femit-bin="$out/libtest_minimal_zig.so" --name test_minimal_zig \
    --dep rp_module -Mroot=module.zig -lc -Mrp_module="$out/rp_module.zig"
# ANCHOR_END: build
