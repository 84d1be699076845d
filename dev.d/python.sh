#: ./dev python     the package rp_host: its wheel in a fresh venv, mypy --strict, its tests; quick: only the tests, with the
#:                  library that cargo test builds

needs() { echo cc c++ cmake make venv; }

accepts() { [ "$#" -eq 0 ] || { [ "$#" -eq 1 ] && [ "$1" = quick ]; }; }

# A folder with what builds and tests the package, for nobody else on the machine.
bring_tools() {
    [ -e "$1/venv/bin/pytest" ] && cmp -s python/requirements.txt "$1/requirements.txt" && return
    python3 -m venv "$1/venv" &&
        "$1/venv/bin/pip" install --quiet --disable-pip-version-check -r python/requirements.txt &&
        cp python/requirements.txt "$1"
}

# Builds the wheel in "$1" and installs it, with what it needs, where nothing else is.
bring_wheel() {
    rm -rf "$1/wheels" "$1/fresh"
    mkdir -p "$1/wheels"
    # With the tools that are here already, in versions that are pinned.
    stage wheel 3600 env PATH="$1/venv/bin:$PATH" "$1/venv/bin/pip" wheel --disable-pip-version-check --no-deps \
        --no-build-isolation --wheel-dir "$1/wheels" ./python || finish
    python3 -m venv "$1/fresh"
    stage install 300 "$1/fresh/bin/pip" install --quiet --disable-pip-version-check -c python/requirements.txt \
        "$1"/wheels/*.whl pytest || finish
    ls -l "$1"/wheels/*.whl
}

job() {
    target=$(target_dir)
    folder=$target/python
    mkdir -p "$folder"
    say "tools: cffi, maturin, mypy and pytest into $folder/venv"
    bring_tools "$folder" || fail "pip could not install python/requirements.txt; see above"
    # As ./dev test builds, so that nothing is built twice.
    stage build 1800 cargo test --locked --workspace --no-run || finish
    if [ "${1:-}" = quick ]; then
        python=$folder/venv/bin/python
        stage assemble 60 "$python" python/assemble.py "$target/debug/deps/librp_host.so" "$folder/package" || finish
        PYTHONPATH=$folder/package
        export PYTHONPATH
    else
        bring_wheel "$folder"
        python=$folder/fresh/bin/python
        # From its folder, since what it checks is named relative to that.
        # shellcheck disable=SC2016
        stage mypy 600 sh -c 'cd python && "$1" --python-executable "$2"' sh "$folder/venv/bin/mypy" "$python"
    fi
    stage pytest 900 env RP_MODULES="$target/debug/deps" "$python" -m pytest -q python
    finish
}
