#: ./dev test       format, clippy, docs, header drift, all tests; on Linux also the instructions of the hot calls

needs() {
    echo cc c++ cmake make clang libclang 32-bit
    # What strangers build with, and what holds the C and C++ to its style; tests/cmake.rs.
    [ "$(uname -s)" = Linux ] && echo clang-format clang-tidy git pkg-config valgrind
}

need_components() {
    cargo fmt --version >/dev/null 2>&1 || fail "rustfmt is missing: rustup component add rustfmt"
    cargo clippy --version >/dev/null 2>&1 || fail "clippy is missing: rustup component add clippy"
}

suites='binary(matrix) or binary(broken) or binary(cmake) or binary(sdk_hpp)'

job() {
    need_components
    stage format "$test_limit" cargo fmt --all --check
    stage clippy "$build_limit" cargo clippy --locked --workspace --all-targets -- -D warnings
    stage docs "$build_limit" env RUSTDOCFLAGS='-D warnings' cargo doc --locked --workspace --no-deps
    # With the tests, so that nothing is built twice; it also links the modules to where people look for them.
    stage build "$build_limit" cargo build --locked --workspace --all-targets || finish
    stage doctests "$test_limit" cargo test --locked --workspace --doc --quiet
    if cargo nextest --version >/dev/null 2>&1; then
        # In two, since each has its limit: what builds and checks many modules, and all the rest.
        stage tests "$test_limit" cargo nextest run --locked --workspace --profile ci -E "not ($suites)"
        stage suites "$test_limit" cargo nextest run --locked --workspace --profile ci -E "$suites"
    else
        say "cargo-nextest is missing: the tests run under cargo test, in one process and without a limit for each;"
        say "cargo install cargo-nextest --locked brings it"
        stage tests "$test_limit" cargo test --locked --workspace --all-targets --no-fail-fast
    fi
    # A workspace of its own, whose lock file may lag behind ours.
    [ "$(uname -s)" = Linux ] && stage counts "$build_limit" cargo run --release --manifest-path benches/Cargo.toml \
        --target-dir "$(target_dir)/benches" -p rp-instructions
    finish
}
