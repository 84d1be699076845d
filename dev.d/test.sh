#: ./dev test       format, clippy, docs, header drift, all tests; on Linux also the instructions of the hot calls, the
#:                  sanitizers, and fuzzing for four seconds a target; --full: the long forms of everything, Wasmtime and the
#:                  other platforms too

x86_64_linux() { [ "$(uname -s)-$(uname -m)" = Linux-x86_64 ]; }

needs() {
    # Python calls through clients of `rp client` (tests/command/client/).
    echo cc c++ cmake make clang libclang 32-bit python3
    # What strangers build with, what holds the C and C++ to its style (tests/packages/cmake/), what compares ABIs (tests/header/abi.rs), what signs archives.
    [ "$(uname -s)" = Linux ] && echo abidiff clang-format clang-tidy git minisign pkg-config
    # tests/conformance/sanitizers/, and jobs that would only find out much later.
    x86_64_linux && echo gdb gcc msan valgrind && needs_of asan && needs_of fuzz
    return 0
}

# Modules as WebAssembly are two columns of the matrix for each, JSON libraries a page of the book, and the page of
# `rp trace` is opened in Chromium by node; without what they are made
# with they are a printed gap.
wants() { echo wasm-rust wasm-c; [ "$(uname -s)" = Linux ] && echo chromium json-libraries node; return 0; }

is_full=''

accepts() {
    [ "$#" -eq 0 ] && return
    is_full=yes
    [ "$#" -eq 1 ] && [ "$1" = --full ]
}

# All but `wasm`, which takes minutes to build and answers a few inputs a second.
quick_targets() { (. dev.d/fuzz.sh && all_targets | grep -vx wasm); }

# What runs under the sanitizers.
sanitized() {
    stage asan 1800 ./dev asan ${is_full:+--full}
    # shellcheck disable=SC2046
    if [ -n "$is_full" ]; then stage fuzz 3600 ./dev fuzz 60; else stage fuzz 1800 ./dev fuzz 4 $(quick_targets); fi
}

# The same and more, for as long as it takes.
long() {
    stage languages 3600 ./dev languages
    stage pages 1800 ./dev pages
    stage wheel 7200 ./dev python
    stage packages 7200 ./dev packages
    # The modules in C as WebAssembly once more, by the zig that the stage before brought.
    stage zig-wasm 3600 env RP_WASM_CC="$(target_dir)/languages/venv/bin/zig cc" cargo test --locked -p rp --test wasm \
        -- every_language inspecting a_reply_that
    ! x86_64_linux || stage tsan 3600 ./dev tsan
    ! x86_64_linux || stage platforms 14400 ./dev platforms
    stage book 5400 ./dev book
    stage deny 7200 ./dev deny
    # The feature wasm-jit, which takes minutes to build.
    stage wasmtime-clippy "$build_limit" cargo clippy --locked -p rp-host -p rp --features rp/wasm-jit --all-targets \
        -- -D warnings
    stage wasmtime-host 3600 cargo test --locked -p rp-host --features wasm-jit --lib wasm
    stage wasmtime 3600 env XDG_CACHE_HOME="$(target_dir)/cache" cargo test --locked -p rp --features wasm-jit \
        --test wasm
}

# Programs in Python, on top of the library for C.
python() {
    if has_tool venv; then
        stage python 1800 ./dev python quick
    else
        say "gap: venv is missing, and the package for Python is not tested"
    fi
}

need_components() {
    cargo fmt --version >/dev/null 2>&1 || fail "rustfmt is missing: rustup component add rustfmt"
    cargo clippy --version >/dev/null 2>&1 || fail "clippy is missing: rustup component add clippy"
}

# Its test `gaps` asks every cell, too: by one process rather than by one for each.
matrix='test(=matrix::gaps)'
proofs='test(/^(sanitizers|broken)::/)'
builds='test(/^(cmake|sdk_hpp|templates|dist)::/)'

# What the tests read to run their long forms, and how long they may take then.
set_full() {
    export RP_FULL=1 RP_CHECK_FULL=1
    profile=full
    fuzz_feature=wasm
    for tool in $(wants); do
        has_tool "$tool" || fail "$tool is missing, which --full needs: $(how_to_get "$tool")"
    done
    test_limit=7200
}

tests() {
    if cargo nextest --version >/dev/null 2>&1; then
        stage test-build "$build_limit" cargo nextest run --locked --workspace --profile "$profile" --no-run || finish
        # In four, since each has its limit: every check over every module, what proves that checks and tools find what they are
        # for, what builds many modules, and all the rest.
        # More than there are processors, since many wait: for processes, limits, a browser.
        stage tests "$test_limit" cargo nextest run --locked --workspace --profile "$profile" \
            --test-threads $((CARGO_BUILD_JOBS + (CARGO_BUILD_JOBS + 1) / 2)) -E "not (test(/^matrix::/) or $proofs or $builds)"
        stage matrix "$test_limit" cargo nextest run --locked --workspace --profile "$profile" -E "$matrix"
        stage proofs "$test_limit" cargo nextest run --locked --workspace --profile "$profile" -E "$proofs"
        stage builds "$test_limit" cargo nextest run --locked --workspace --profile "$profile" -E "$builds"
    else
        say "cargo-nextest is missing: the tests run under cargo test, in one process and without a limit for each;"
        say "cargo install cargo-nextest --locked brings it"
        stage tests "$test_limit" cargo test --locked --workspace --all-targets --no-fail-fast
    fi
}

job() {
    profile=ci
    fuzz_feature=targets
    [ -n "$is_full" ] && set_full
    need_components
    stage format "$test_limit" cargo fmt --all --check
    stage clippy "$build_limit" env RP_C_SKIP=1 cargo clippy --locked --workspace --all-targets -- -D warnings
    # As on a system that the host knows nothing of, so that what Linux alone has is not taken for granted; and the fuzz targets,
    # which are none without their feature, and as tests would want the command's own. The whole workspace, so that its
    # dependencies have the features of the stage before.
    stage elsewhere "$build_limit" env RP_C_SKIP=1 cargo clippy --locked --workspace --lib --bins \
        --features "rp-fuzz/$fuzz_feature" -- -D warnings --cfg rp_elsewhere
    # The host alone, as an embedder has it who asks for none of its features.
    stage plain "$build_limit" cargo clippy --locked -p rp-host --lib -- -D warnings
    # The whole workspace too, so that what is not ours has the features of the stages before.
    stage docs "$build_limit" env RP_C_SKIP=1 RUSTDOCFLAGS='-D warnings' cargo doc --locked --workspace --no-deps
    # Without a build for use before it, which chooses other features of the crates and would compile most of them twice.
    tests
    # Behind the tests: cargo builds the modules for tests otherwise than for themselves, and would do so once more.
    stage doctests "$test_limit" cargo test --locked --workspace --doc --quiet
    python
    # A workspace of its own, whose lock file may lag behind ours. The host that it counts has no features, which a test looks at.
    [ "$(uname -s)" = Linux ] && stage plain-host "$build_limit" cargo test --release --manifest-path benches/Cargo.toml \
        --target-dir "$(target_dir)/benches" -p rp-instructions --test plain
    [ "$(uname -s)" = Linux ] && stage counts "$build_limit" cargo run --release --manifest-path benches/Cargo.toml \
        --target-dir "$(target_dir)/benches" -p rp-instructions ${is_full:+--features c,typed,wasm}
    ! x86_64_linux || sanitized
    [ -n "$is_full" ] && long
    finish
}
