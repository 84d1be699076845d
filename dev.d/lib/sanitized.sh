# How ./dev asan and ./dev fuzz build: alike, so that what both need is built once.

# What cargo-fuzz would pass, without building cargo-fuzz: libFuzzer's counters, on the stable toolchain. Without a
# fuzzer they count for nobody.
coverage_flags() {
    echo -Cpasses=sancov-module
    for argument in coverage-level=4 coverage-inline-8bit-counters coverage-pc-table coverage-trace-compares; do
        echo "-Cllvm-args=-sanitizer-$argument"
    done
    # Else branches are folded away before they are counted.
    echo -Cllvm-args=-simplifycfg-branch-fold-threshold=0
}

# cfg(rp_sanitized) leaves out what no such test needs, and has tests/ compile its own sources under the sanitizers;
# RP_C_SANITIZE does the same for tests/build-modules-c. -rdynamic, since modules take the runtime from the program.
set_sanitizers() {
    export RUSTC_BOOTSTRAP=1 RP_C_SANITIZE=1 CC=gcc CXX=g++
    flags='-Zsanitizer=address -Cforce-frame-pointers=yes -Clink-arg=-rdynamic --cfg rp_sanitized'
    RUSTFLAGS="$flags $(coverage_flags | tr '\n' ' ')"
    # Under gcc's runtime in a test's own program, too: it finds none by itself where the name has a version.
    ASAN_SYMBOLIZER_PATH=$(command -v llvm-symbolizer)
    # What it finds ends a process as a crash does, and not with an exit code that tests could take for the module's.
    export ASAN_OPTIONS=abort_on_error=1
    CARGO_TARGET_DIR=$(target_dir)/asan
    export RUSTFLAGS ASAN_SYMBOLIZER_PATH CARGO_TARGET_DIR
    machine=$(rustc -vV | sed -n 's/^host: //p')
}

# cargo's options: always with --target, so that build scripts stay as they are, and for both packages, since each
# package's features are chosen for all that are named.
sanitized_options() {
    echo --locked --target "$machine" --no-default-features -p rp -p rp-fuzz --features "rp-fuzz/$1"
}
