#!/bin/sh
# embedding.sh ARCHIVE MODULES FOLDER: installs the host's library, made of ARCHIVE, into FOLDER, and has the hosts in Go and
# Node of examples/embedding/ do tests/embed_table with it. What they print must be the transcript.
set -eu
archive=$1
modules=$2
mkdir -p "$3"
folder=$(cd "$3" && pwd)

compare() {
    name=$1
    shift
    "$@" >"$folder/$name.txt"
    diff -u tests/embed_table/transcript.txt "$folder/$name.txt"
    echo "$name: as the transcript"
}

cmake -S . -B "$folder/build" -DBUILD_TESTING=OFF -DRP_HOST=ON -DRP_HOST_ARCHIVE="$archive" \
    -DCMAKE_INSTALL_PREFIX="$folder/prefix" -DCMAKE_INSTALL_LIBDIR=lib >"$folder/cmake.log"
cmake --build "$folder/build" --target rp_host >>"$folder/cmake.log"
cmake --install "$folder/build" >>"$folder/cmake.log"
export PKG_CONFIG_PATH="$folder/prefix/lib/pkgconfig" LD_LIBRARY_PATH="$folder/prefix/lib"

(cd examples/embedding/go && go vet . && go build -o "$folder/go-host" .)
compare go "$folder/go-host" tests/embed_table/table.tsv "$modules"

mkdir -p "$folder/node"
cp examples/embedding/node/* "$folder/node"
npm install --prefix "$folder/node" --no-audit --no-fund --silent
compare node node "$folder/node/main.js" "$folder/prefix/lib/librp_host.so" tests/embed_table/table.tsv "$modules"
