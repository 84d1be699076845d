#!/bin/sh
# make.sh FOLDER: packs the crates that can be published, each of what the others packed.
set -eu
. "$ROOT/packaging/lib.sh"
cargo package --quiet --locked --allow-dirty --no-verify --manifest-path "$ROOT/Cargo.toml" --target-dir "$1/target" \
    -p rp-protocol -p rp-host -p rp-sdk-macros -p rp-sdk -p rp-client -p rp-conformance -p rp
mv "$1"/target/package/*.crate "$1"
rm -rf "$1/target"
