#: ./dev asan       the tests at the border with host and modules in Rust, C and C++ under ASan, LSan and UBSan, and
#:                  the bugs that these must see; --full: all tests that need no further tools

. dev.d/lib/sanitized.sh

needs() { echo cc c++ gcc cmake make llvm-symbolizer; }

accepts() { [ "$#" -eq 0 ] || { [ "$#" -eq 1 ] && [ "$1" = --full ]; }; }

# Modules of the test binaries; every check over every module is asked by the test `gaps`, and not once more by a test for each.
short='answers load_faults minimal_ffi_test requests research_log_ffi_test sanitizers sends threads'
long='c_json check cli config tracing'

# The tests that run, as cargo-nextest takes them.
chosen() {
    if [ "${1:-}" = --full ]; then
        echo "test(/^($(echo "$short $long" | tr ' ' '|'))::/) or test(=matrix::gaps)"
    else
        echo "test(/^($(echo "$short" | tr ' ' '|'))::/)"
    fi
}

options() {
    sanitized_options targets
    echo --test border --test services --test conformance
    [ "${1:-}" != --full ] || echo --test command --test c
}

job() {
    [ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] || fail "the sanitizers' tests are for Linux on x86-64"
    set_sanitizers
    # Long forms ask the same more often: `./dev test --full` asks them without sanitizers. The limits here are for the short.
    unset RP_FULL RP_CHECK_FULL
    chosen=$(chosen "$@")
    options=$(options "$@")
    # Unquoted: one word for each option.
    # shellcheck disable=SC2086
    if cargo nextest --version >/dev/null 2>&1; then
        stage build "$build_limit" cargo nextest run $options --cargo-profile sanitized --no-run || finish
        stage asan "$test_limit" cargo nextest run $options --cargo-profile sanitized --profile ci -E "$chosen"
    else
        stage build "$build_limit" cargo test $options --profile sanitized --no-run || finish
        # More than nextest runs: a filter of cargo test is for all binaries alike.
        stage asan "$test_limit" cargo test $options --profile sanitized --no-fail-fast
    fi
    finish
}
