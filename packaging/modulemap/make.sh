#!/bin/sh
# make.sh FOLDER: makes rp-modulemap-VERSION.tar.gz there, a folder for -I.
set -eu
. "$ROOT/packaging/lib.sh"
name=rp-modulemap-$VERSION
mkdir -p "$1/$name"
cp -R "$ROOT/include/." "$1/$name"
cp "$ROOT/packaging/modulemap/module.modulemap" "$1/$name"
licences "$1/$name"
tar -czf "$1/$name.tar.gz" -C "$1" "$name"
rm -rf "${1:?}/$name"
