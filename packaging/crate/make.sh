#!/bin/sh
# make.sh FOLDER: makes rp-headers-VERSION.crate there.
set -eu
. "$ROOT/packaging/lib.sh"
here=$ROOT/packaging/crate
source=$1/rp-headers
mkdir -p "$source/src"
cp -R "$ROOT/include" "$source"
cp "$here/build.rs" "$here/README.md" "$source"
cp "$here/lib.rs" "$source/src"
filled "$here/Cargo.toml" >"$source/Cargo.toml"
licences "$source"
cargo package --quiet --offline --allow-dirty --no-verify --manifest-path "$source/Cargo.toml" --target-dir "$1/target"
mv "$1/target/package/rp-headers-$VERSION.crate" "$1"
rm -rf "$source" "$1/target"
