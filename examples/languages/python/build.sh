#!/bin/sh -e
# Builds the module into $out; $include is the folder of the headers, $python the interpreter, with its headers: python3.
# ANCHOR: build
python=${python:-python3}
host=../../../templates/python
"$python" "$host/embed.py" "$host/rp_module.py" module.py >"$out/module_py.h"
# shellcheck disable=SC2046
cc -std=gnu11 -shared -fPIC -fvisibility=hidden -O2 -s -I"$include" -I"$host" -I"$out" \
    -DRP_PYTHON_HOME="\"$("$python" -c 'import sys; print(sys.base_prefix)')\"" \
    entry.c -o "$out/libtest_minimal_python.so" $("$python" "$host/flags.py")
# ANCHOR_END: build
