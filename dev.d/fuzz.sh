#: ./dev fuzz       feed each target of fuzz/ with arbitrary bytes, for 60 seconds or as many as the first argument says;
#:                  further arguments: these targets alone; Linux

. dev.d/lib/sanitized.sh

needs() { echo cc c++ clang gcc llvm-symbolizer; }

all_targets() {
    for file in fuzz/src/bin/*.rs; do
        file=${file##*/}
        echo "${file%.rs}"
    done
}

accepts() {
    [ "$#" -eq 0 ] && return
    case "$1" in '' | 0* | *[!0-9]*) return 1 ;; esac
    shift
    for target; do
        [ -f "fuzz/src/bin/$target.rs" ] || fail "there is no target $target; there are: $(all_targets | tr '\n' ' ')"
    done
}

job() {
    [ "$(uname -s)" = Linux ] || fail "fuzzing needs Linux: memfd, and clang's and Rust's address sanitizer"
    seconds_each=${1:-60}
    [ "$#" -eq 0 ] || shift
    # shellcheck disable=SC2046
    [ "$#" -gt 0 ] || set -- $(all_targets)
    set_sanitizers
    folder=$CARGO_TARGET_DIR
    [ -d "$folder" ] || mkdir -p "$folder" || exit 2
    features=targets
    case " $* " in *' wasm '*) features=wasm ;; esac
    # One test, so that the dependencies have the features that tests ask for.
    # shellcheck disable=SC2046
    stage fuzz-build "$build_limit" cargo build $(sanitized_options "$features") --profile sanitized --bins --test border || finish
    # Two at a time, each with a minute to start and to end.
    # The seeds that nobody wrote down lie in fuzz/corpus of that folder, and what was found in fuzz/found.
    stage fuzz $(((seconds_each + 60) * ($# + 1) / 2)) sh fuzz/run.sh "$folder/$machine/sanitized" "$folder/fuzz" "$seconds_each" "$*"
    finish
}
