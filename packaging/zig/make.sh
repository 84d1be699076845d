#!/bin/sh
# make.sh FOLDER: makes rp-headers-zig-VERSION.tar.gz there, which zig fetch takes.
set -eu
. "$ROOT/packaging/lib.sh"
here=$ROOT/packaging/zig
name=rp-headers-zig-$VERSION
mkdir -p "$1/$name"
cp -R "$ROOT/include" "$here/build.zig" "$1/$name"
filled "$here/build.zig.zon" >"$1/$name/build.zig.zon"
licences "$1/$name"
tar -czf "$1/$name.tar.gz" -C "$1" "$name"
rm -rf "${1:?}/$name"
