#: ./dev fuzz       feed each target of fuzz/ with arbitrary bytes, for 60 seconds or as many as the argument says; Linux

needs() { echo cc c++ clang; }

accepts() {
    [ "$#" -eq 0 ] && return
    case "$1" in '' | 0* | *[!0-9]*) return 1 ;; esac
    [ "$#" -eq 1 ]
}

# What cargo-fuzz would pass, without building cargo-fuzz: the address sanitizer and libFuzzer's counters, on the
# stable toolchain.
fuzz_flags() {
    echo -Zsanitizer=address -Cpasses=sancov-module
    for argument in coverage-level=4 coverage-inline-8bit-counters coverage-pc-table coverage-trace-compares; do
        echo "-Cllvm-args=-sanitizer-$argument"
    done
    # Else branches are folded away before they are counted.
    echo -Cllvm-args=-simplifycfg-branch-fold-threshold=0
}

# With --target, so that build scripts and macros are built without all that.
build_targets() {
    flags=$(fuzz_flags | tr '\n' ' ')
    stage fuzz-build "$build_limit" env RUSTC_BOOTSTRAP=1 RUSTFLAGS="$flags" cargo build --locked --bins \
        --manifest-path fuzz/Cargo.toml --target "$machine" --target-dir "$work"
}

job() {
    [ "$(uname -s)" = Linux ] || fail "fuzzing needs Linux: memfd, and clang's and Rust's address sanitizer"
    seconds_each=${1:-60}
    machine=$(rustc -vV | sed -n 's/^host: //p')
    folder=$(target_dir)
    [ -d "$folder" ] || mkdir -p "$folder" || exit 2
    work=$folder/fuzz
    build_targets || finish
    targets=$(for file in fuzz/src/bin/*.rs; do basename "$file" .rs; done | tr '\n' ' ')
    count=$(echo "$targets" | wc -w)
    # Two at a time, each with a minute to start and to end.
    # The seeds that nobody wrote down lie in $work/corpus, and what was found in $work/found.
    stage fuzz $(((seconds_each + 60) * (count + 1) / 2)) sh fuzz/run.sh "$work/$machine/debug" "$work" "$seconds_each" "$targets"
    finish
}
