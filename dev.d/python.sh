#: ./dev python     the package rp_host: its wheel, made of the packed sources too, in a fresh venv, mypy --strict, its tests;
#:                  quick: only the tests, with the library that cargo test builds

needs() { echo cc c++ cmake make venv; }

accepts() { [ "$#" -eq 0 ] || { [ "$#" -eq 1 ] && [ "$1" = quick ]; }; }

# A folder with what builds and tests the package, for nobody else on the machine.
bring_tools() {
    [ -e "$1/venv/bin/pytest" ] && cmp -s python/requirements.txt "$1/requirements.txt" && return
    python3 -m venv "$1/venv" &&
        "$1/venv/bin/pip" install --quiet --disable-pip-version-check -r python/requirements.txt &&
        cp python/requirements.txt "$1"
}

# make_wheel STAGE TOOLS SOURCE FOLDER: with the tools that are there already, in versions that are pinned.
make_wheel() {
    rm -rf "$4"
    mkdir -p "$4"
    stage "$1" 3600 env PATH="$2/venv/bin:$PATH" "$2/venv/bin/pip" wheel --disable-pip-version-check --no-deps \
        --no-build-isolation --wheel-dir "$4" "$3" || finish
}

# Packs the sources into "$1", as for those whose machine no wheel is for.
make_sdist() {
    rm -rf "$1/sdist"
    mkdir -p "$1/sdist"
    # shellcheck disable=SC2016
    stage sdist 300 env PATH="$1/venv/bin:$PATH" sh -c \
        'cd python && python -c "import sys; sys.path.insert(0, \".\"); import backend; backend.build_sdist(sys.argv[1])" "$1"' \
        sh "$1/sdist" || finish
}

# What is in the wheel of the folder "$1", but for the licences, which maturin finds in the packed sources alone.
contents() { python3 -m zipfile -l "$1"/*.whl | awk '!/\/licenses\// { print $1 }' | sort; }

# Builds the wheel in "$1", once more out of the packed sources alone, and installs that where nothing else is, with what it
# needs. Both have the same files.
bring_wheel() {
    make_wheel wheel "$1" ./python "$1/wheels"
    make_sdist "$1"
    make_wheel of-sdist "$1" "$1"/sdist/*.tar.gz "$1/wheels-of-sdist"
    contents "$1/wheels" >"$1/of-tree.txt"
    contents "$1/wheels-of-sdist" >"$1/of-sdist.txt"
    stage contents 10 diff "$1/of-tree.txt" "$1/of-sdist.txt"
    rm -rf "$1/fresh"
    python3 -m venv "$1/fresh"
    stage install 300 "$1/fresh/bin/pip" install --quiet --disable-pip-version-check -c python/requirements.txt \
        "$1"/wheels-of-sdist/*.whl pytest || finish
    ls -l "$1"/wheels/*.whl "$1"/sdist/*
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
