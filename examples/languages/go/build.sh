#!/bin/sh -e
# Builds the module into $out; $include is the folder of rp_module.h.
# ANCHOR: build
CGO_CFLAGS="-O2 -I$include" go build -buildmode=c-shared -trimpath -buildvcs=false \
    -o "$out/libtest_minimal_go.so" -ldflags="-s -w -extldflags=-Wl,--version-script=$PWD/../../../templates/exports/exports.map"
# ANCHOR_END: build
