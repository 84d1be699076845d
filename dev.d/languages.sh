#: ./dev languages  build the modules of examples/languages/ in nine more languages, and what rp new makes in them; print a table; the hosts of
#:                  examples/embedding/ in Go and Node; typed clients as ./dev clients; write: also write what was measured to
#:                  docs/src/languages/measured.md

needs() {
    echo go ldc2 fpc gfortran nim gnatmake gprbuild ocamlopt python-dev node npm pkg-config
    needs_of clients
}

accepts() { [ "$#" -eq 0 ] || { [ "$#" -eq 1 ] && [ "$1" = write ]; }; }

# A folder with zig and the packages of Python, for nobody else on the machine.
make_venv() {
    python3 -m venv "$1" && "$1/bin/pip" install --quiet --disable-pip-version-check -r examples/languages/requirements.txt &&
        ln -sf "$("$1/bin/python3" -c 'import os, ziglang; print(os.path.dirname(ziglang.__file__))')/zig" "$1/bin/zig"
}

# Zig compiles parts of itself the first time, which is by far the longest of them.
build_language() {
    mkdir -p "$folder/$1"
    # shellcheck disable=SC2016
    stage "$1" 1800 env include="$PWD/include" out="$folder/$1" sh -c 'cd "$1" && ./build.sh' sh "examples/languages/$1"
}

job() {
    [ "$(uname -s)" = Linux ] || fail "the build lines of examples/languages/ are for Linux"
    target=$(target_dir)
    folder=$target/languages
    say "tools: zig and cffi into $folder/venv"
    make_venv "$folder/venv" || fail "pip could not install examples/languages/requirements.txt; see above"
    # The command writes the declarations that the modules import.
    stage program "$build_limit" cargo build --locked --bin rp || finish
    PATH=$folder/venv/bin:$target/debug:$PATH
    export PATH
    for build in examples/languages/*/build.sh; do
        build_language "$(basename "$(dirname "$build")")"
    done
    stage build "$build_limit" cargo build --locked --test conformance
    stage test "$test_limit" env RP_LANGUAGES="$folder" cargo test --locked --test conformance languages::
    stage templates 3600 env RP_LANGUAGES="$folder" cargo test --locked --test packages templates::other
    stage embedding "$test_limit" sh dev.d/lib/embedding.sh "$target/debug/deps/librp_host.a" "$target/debug/deps" \
        "$folder/embedding"
    stage clients 3600 ./dev clients
    table=/dev/null
    [ "${1:-}" = write ] && table=docs/src/languages/measured.md
    stage table "$test_limit" python3 examples/languages/measure.py include "$folder" "$table"
    finish
}
