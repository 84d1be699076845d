#!/bin/sh
# prove.sh FOLDER SCRATCH: lintian finds nothing; both packages are installed below SCRATCH, and a module is built by pkg-config and by
# CMake with what is there.
set -eu
. "$ROOT/packaging/lib.sh"
lintian --fail-on error,warning --allow-root "$1"/*.deb
mkdir -p "$2/apt/bin"
cd "$2/apt"
# What apt-get would do is tried; the machine stays as it is.
printf '#!/bin/sh\nexec %s --simulate "$@"\n' "$(command -v apt-get)" >bin/apt-get
chmod +x bin/apt-get
PATH=$2/apt/bin:$PATH as_on_the_page debian "$1"
for package in "$1"/*.deb; do dpkg-deb --extract "$package" "$2/root"; done
usr=$2/root/usr
RP=$usr/bin/rp
cp "$ROOT/packaging/hello.c" "$2"
cd "$2"
# shellcheck disable=SC2046
clean cc -std=c99 -shared -fPIC -fvisibility=hidden $(PKG_CONFIG_PATH=$usr/share/pkgconfig pkg-config --cflags rp_module) hello.c \
    -o libhello.so
check "$2/libhello.so"
cp "$ROOT/packaging/python/scikit/CMakeLists.txt" .
clean cmake -S . -B build -DCMAKE_PREFIX_PATH="$usr" >cmake.log
clean cmake --build build >>cmake.log
check "$(find build -name '*hello*.so')"
