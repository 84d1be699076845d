#!/bin/sh
# prove.sh FOLDER SCRATCH: Clang builds the module of the headers, and a module of rp with it.
set -eu
. "$ROOT/packaging/lib.sh"
cp "$ROOT/packaging/hello.c" "$2"
cd "$2"
as_on_the_page modulemap "$1"
check "$2/libhello.so"
# It was the modules that were read, not the text.
clean clang -std=c11 -fmodules -fmodules-cache-path=cache -Rmodule-build -shared -fPIC -fvisibility=hidden \
    -I"rp-modulemap-$VERSION" hello.c -o libagain.so 2>remarks
grep -q "building module 'rp_sdk'" remarks
grep -q "building module 'rp_module'" remarks
