#!/bin/sh
# make.sh FOLDER: makes rp-headers-conan-VERSION.tar.gz there: the recipe with what it packs, and its test package.
set -eu
. "$ROOT/packaging/lib.sh"
here=$ROOT/packaging/conan
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
recipe=$work/rp-headers-conan-$VERSION
mkdir "$recipe"
install_headers "$recipe" "$work/build"
licences "$recipe"
filled "$here/conanfile.py" >"$recipe/conanfile.py"
cp -R "$here/test_package" "$recipe"
cp "$ROOT/packaging/hello.c" "$ROOT/packaging/python/scikit/CMakeLists.txt" "$recipe/test_package"
tar -czf "$1/rp-headers-conan-$VERSION.tar.gz" -C "$work" "$(basename "$recipe")"
