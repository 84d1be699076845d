#!/bin/sh
# run.sh PROGRAMS WORK SECONDS TARGETS: runs the targets, as many at a time as CARGO_BUILD_JOBS says, at most two. A line for
# each, and for one that found something the end of what it said; WORK keeps all of it, and the inputs found.
set -u

one() {
    name=$1
    mkdir -p "$work/corpus/$name" "$work/found"
    log=$work/$name.log
    # New inputs go to the first folder; the seeds stay as they are.
    "$programs/$name" -dict=fuzz/words.dict -max_total_time="$seconds" -timeout=25 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="$work/found/$name-" "$work/corpus/$name" "fuzz/corpus/$name" >"$log" 2>&1
    code=$?
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    speed=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log")
    if [ "$code" -eq 0 ]; then
        printf '  %-10s %10s runs %9s a second\n' "$name" "$runs" "$speed"
        return 0
    fi
    grep -v '^#[0-9]' "$log" | tail -n 60
    printf '  %-10s FAILED: exit code %s; all of it is in %s\n' "$name" "$code" "$log"
    input=$(sed -n 's/^.*Test unit written to //p' "$log")
    [ -n "$input" ] && printf 'once more: ASAN_OPTIONS=%s %s/%s %s\n' "$ASAN_OPTIONS" "$programs" "$name" "$input"
    return 1
}

# Locals stay on the real stack, whose room the host measures.
export ASAN_OPTIONS=detect_stack_use_after_return=0
programs=$1
work=$2
seconds=$3
if [ "${5:-}" = one ]; then
    one "$4"
    exit
fi
at_once=${CARGO_BUILD_JOBS:-1}
[ "$at_once" -gt 2 ] && at_once=2
# shellcheck disable=SC2086
printf '%s\n' $4 | xargs -P "$at_once" -I '{}' sh "$0" "$programs" "$work" "$seconds" '{}' one
