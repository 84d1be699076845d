#!/bin/sh
# make.sh FOLDER: makes the wheel and the source archive there.
set -eu
. "$ROOT/packaging/lib.sh"
here=$ROOT/packaging/python
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/source"
cp -R "$here/rp_headers" "$here/README.md" "$work/source"
filled "$here/pyproject.toml" >"$work/source/pyproject.toml"
licences "$work/source"
install_headers "$work/source/rp_headers" "$work/build"
python3 "$here/cdef.py" "$ROOT/spec/abi/rp_module.json" >"$work/source/rp_headers/cdef.h"
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
"$work/venv/bin/python" -m build --no-isolation --outdir "$1" "$work/source" >"$work/build.out"
