#!/bin/sh -e
# Builds the module into $out; $include is the folder of the headers.
# ANCHOR: build
rp header --bindings nim >"$out/rp.nim"
nim c --app:lib -d:release --mm:arc --threads:on -d:useMalloc -d:noSignalHandler --hints:off --path:"$out" \
    --passC:"-I$include -fvisibility=hidden" --passL:"-s -Wl,--version-script=../../../templates/exports/exports.map" \
    --nimcache:"$out/cache" -o:"$out/libtest_minimal_nim.so" module.nim
# ANCHOR_END: build
