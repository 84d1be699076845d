#!/bin/sh
# prove.sh FOLDER SCRATCH: a project of zig build that has the package among its dependencies, with a cache of its own.
set -eu
. "$ROOT/packaging/lib.sh"
python3 -m venv "$2/venv"
"$2/venv/bin/pip" install --quiet --disable-pip-version-check "$(grep '^ziglang==' "$ROOT/examples/languages/requirements.txt")"
cat >"$2/venv/bin/zig" <<END
#!/bin/sh
exec "$2/venv/bin/python" -m ziglang "\$@"
END
chmod +x "$2/venv/bin/zig"
mkdir "$2/hello"
cp "$ROOT"/packaging/zig/hello/* "$ROOT/packaging/hello.c" "$2/hello"
cd "$2/hello"
PATH=$2/venv/bin:$PATH
ZIG_GLOBAL_CACHE_DIR=$2/cache
export PATH ZIG_GLOBAL_CACHE_DIR
as_on_the_page zig "$1"
clean zig build
check "$2/hello/zig-out/lib/libhello.so"
