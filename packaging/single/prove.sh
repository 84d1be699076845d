#!/bin/sh
# prove.sh FOLDER SCRATCH: a module in C and a program in C++ with the one file, and nothing else, beside them.
set -eu
. "$ROOT/packaging/lib.sh"
cp "$ROOT/packaging/hello.c" "$2"
cd "$2"
PATH=$(dirname "$RP"):$PATH as_on_the_page single "$1"
clean cc -std=c99 -Wall -Wextra -Wpedantic -Werror -shared -fPIC -fvisibility=hidden hello.c -o libhello.so
check "$2/libhello.so"
echo '#include "rp_sdk.h"' | clean cc -std=c99 -Wall -Wextra -Werror -Wno-unused-function -DRP_SDK_NO_MALLOC -I. -fsyntax-only -x c -
clean c++ -std=c++17 -Wall -Wextra -Werror -shared -fPIC -fvisibility=hidden -I. "$ROOT/tests/c/sdk_hpp/hello.cpp" -o libhello_cpp.so
"$RP" check "$2/libhello_cpp.so"
