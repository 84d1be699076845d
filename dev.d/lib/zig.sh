#!/bin/sh
# zig.sh FOLDER: makes FOLDER/venv/bin/zig, in the version of examples/languages/requirements.txt.
set -eu
venv=$1/venv
[ -x "$venv/bin/zig" ] && exit
python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check "$(sed -n '/^ziglang/p' examples/languages/requirements.txt)"
ln -sf "$("$venv/bin/python3" -c 'import os, ziglang; print(os.path.dirname(ziglang.__file__))')/zig" "$venv/bin/zig"
