#!/bin/sh
# make.sh FOLDER: makes rp-go-VERSION.tar.gz there, a Go module with the headers.
set -eu
. "$ROOT/packaging/lib.sh"
name=rp-go-$VERSION
mkdir -p "$1/$name"
cp -R "$ROOT/include" "$ROOT/packaging/go/go.mod" "$ROOT/packaging/go/rp.go" "$1/$name"
licences "$1/$name"
tar -czf "$1/$name.tar.gz" -C "$1" "$name"
rm -rf "${1:?}/$name"
