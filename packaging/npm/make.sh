#!/bin/sh
# make.sh FOLDER: makes rp-headers-VERSION.tgz there, as npm names @rp/headers.
set -eu
. "$ROOT/packaging/lib.sh"
here=$ROOT/packaging/npm
source=$1/package
mkdir -p "$source"
cp -R "$ROOT/include" "$source"
cp "$here/index.js" "$here/index.d.ts" "$here/README.md" "$source"
filled "$here/package.json" >"$source/package.json"
licences "$source"
cd "$1"
npm pack --silent --offline ./package
rm -rf "$source"
