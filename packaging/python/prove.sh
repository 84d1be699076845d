#!/bin/sh
# prove.sh FOLDER SCRATCH: modules by scikit-build-core, by meson-python and from cdef(), with the wheel and with what is built of
# the source archive.
set -eu
. "$ROOT/packaging/lib.sh"
here=$ROOT/packaging/python
venv=$2/venv
python3 -m venv "$venv"
PATH=$venv/bin:$PATH
export PATH PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_QUIET=1
pip install -r "$here/requirements.txt"
pip install "$1/rp_headers-$VERSION.tar.gz" --no-build-isolation --no-deps --force-reinstall
pip uninstall --yes rp-headers
cd "$2"
as_on_the_page python "$1"

# A project for each build system; its wheel holds the module.
for system in scikit meson; do
    cp -R "$here/$system" "$2/$system"
    cp "$ROOT/packaging/hello.c" "$2/$system"
    (cd "$2/$system" && clean pip wheel . --no-build-isolation --no-deps --wheel-dir=dist)
    (cd "$2/$system" && "$venv/bin/python" -m zipfile -e dist/*.whl out)
    check "$(find "$2/$system/out" -name '*hello*.so')"
done

# What cdef() declares is what the module has.
"$venv/bin/python" - "$(find "$2/scikit/out" -name '*hello*.so')" <<'END'
import sys
import cffi
import rp_headers
ffi = cffi.FFI()
ffi.cdef(rp_headers.cdef())
library = ffi.dlopen(sys.argv[1])
table = library.rp_module_v1()
assert table.struct_size == ffi.sizeof("rp_module") == 40, table.struct_size
assert b'"name":"hello"' in ffi.string(table.manifest), ffi.string(table.manifest)
assert (library.RP_OK, library.RP_ERR_CANCELLED) == (0, 4)
END
