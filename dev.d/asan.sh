#: ./dev asan       the tests at the border with host and modules in Rust, C and C++ under ASan, LSan and UBSan, and
#:                  the bugs that these must see; --full: all tests that need no further tools

needs() { echo cc c++ gcc cmake make llvm-symbolizer; }

accepts() { [ "$#" -eq 0 ] || { [ "$#" -eq 1 ] && [ "$1" = --full ]; }; }

at_the_border='minimal_ffi_test research_log_ffi_test answers load_faults services sends threads sanitizers'
further='matrix check cli config tracing c_json'

# cfg(rp_sanitized) leaves out what no such test needs, and has tests/ compile its own sources under the sanitizers;
# RP_C_SANITIZE does the same for modules-c-build. -rdynamic, since modules take the runtime from the program.
set_sanitizers() {
    export RUSTC_BOOTSTRAP=1 RP_C_SANITIZE=1 CC=gcc CXX=g++
    export RUSTFLAGS='-Zsanitizer=address -Cforce-frame-pointers=yes -Clink-arg=-rdynamic --cfg rp_sanitized'
    # Under gcc's runtime in a test's own program, too: it finds none by itself where the name has a version.
    ASAN_SYMBOLIZER_PATH=$(command -v llvm-symbolizer)
    export ASAN_SYMBOLIZER_PATH
    # What it finds ends a process as a crash does, and not with an exit code that tests could take for the module's.
    export ASAN_OPTIONS=abort_on_error=1
    # Long forms ask the same more often: `./dev test --full` asks them without sanitizers. The limits here are for the short.
    unset RP_FULL RP_CHECK_FULL
    CARGO_TARGET_DIR=$(target_dir)/asan
    export CARGO_TARGET_DIR
}

# Every check over every module is asked by the test `gaps`, and not once more by a test for each.
once='not binary(matrix) or test(=gaps)'

# cargo's options for what is built: always with --target, so that build scripts stay as they are.
options() {
    echo --locked --target "$(rustc -vV | sed -n 's/^host: //p')" --no-default-features
    for test in $at_the_border; do echo --test "$test"; done
    [ "${1:-}" = --full ] || return
    for test in $further; do echo --test "$test"; done
}

job() {
    [ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] || fail "the sanitizers' tests are for Linux on x86-64"
    options=$(options "$@")
    set_sanitizers
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
