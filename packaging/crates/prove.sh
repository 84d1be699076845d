#!/bin/sh
# prove.sh FOLDER SCRATCH: from the packed sources alone, the command is built, the tests of the protocol and of the client pass, and
# a new module in Rust is built and checked.
set -eu
. "$ROOT/packaging/lib.sh"
cd "$2"
as_on_the_page crates "$1"

# The lines that stand for a registry, with the paths from the folder "$1".
patches() {
    echo '[patch.crates-io]'
    for folder in rp-*-"$VERSION"; do echo "${folder%-"$VERSION"} = { path = \"$1/$folder\" }"; done
}

{
    echo '[workspace]'
    echo 'resolver = "3"'
    printf 'members = ['
    for folder in rp-*"$VERSION"; do printf '"%s", ' "$folder"; done
    echo ']'
    patches .
} >Cargo.toml
cp "$ROOT/Cargo.lock" .
export CARGO_TARGET_DIR="$2/target" CARGO_NET_OFFLINE=true
clean cargo build --quiet -p rp
clean cargo test --quiet -p rp-protocol -p rp-client --lib
RP=$2/target/debug/rp

# A module in Rust, outside the workspace.
mkdir modules
cd modules
"$RP" new rust hello --sdk "$2/rp-sdk-$VERSION" >/dev/null
cd hello
(cd "$2" && patches "$2") >>Cargo.toml
cp "$ROOT/Cargo.lock" .
clean cargo build --quiet
"$RP" check "$2/target/debug/libhello.so"
