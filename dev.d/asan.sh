#: ./dev asan       the tests at the border with host and modules in Rust, C and C++ under ASan, LSan and UBSan, and
#:                  the bugs that these must see; --full: all tests that need no further tools

. dev.d/lib/sanitized.sh

needs() { echo cc c++ gcc cmake make llvm-symbolizer; }

accepts() { [ "$#" -eq 0 ] || { [ "$#" -eq 1 ] && [ "$1" = --full ]; }; }

at_the_border='minimal_ffi_test research_log_ffi_test answers load_faults services sends threads sanitizers'
further='matrix check cli config tracing c_json'

# Every check over every module is asked by the test `gaps`, and not once more by a test for each.
once='not binary(matrix) or test(=gaps)'

options() {
    sanitized_options targets
    for test in $at_the_border; do echo --test "$test"; done
    [ "${1:-}" = --full ] || return
    for test in $further; do echo --test "$test"; done
}

job() {
    [ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] || fail "the sanitizers' tests are for Linux on x86-64"
    set_sanitizers
    # Long forms ask the same more often: `./dev test --full` asks them without sanitizers. The limits here are for the short.
    unset RP_FULL RP_CHECK_FULL
    options=$(options "$@")
    # Unquoted: one word for each option.
    # shellcheck disable=SC2086
    if cargo nextest --version >/dev/null 2>&1; then
        stage build "$build_limit" cargo nextest run $options --cargo-profile sanitized --no-run || finish
        stage asan "$test_limit" cargo nextest run $options --cargo-profile sanitized --profile ci -E "$once"
    else
        stage build "$build_limit" cargo test $options --profile sanitized --no-run || finish
        stage asan "$test_limit" cargo test $options --profile sanitized --no-fail-fast
    fi
    finish
}
