# How much is built at once, where, and the stages of a job with their time limits and the summary.

memory_kib() {
    if [ -r /proc/meminfo ]; then
        kib=$(sed -n 's/^MemTotal: *\([0-9]*\).*/\1/p' /proc/meminfo)
    else
        kib=$(($(sysctl -n hw.memsize 2>/dev/null || echo 2147483648) / 1024))
    fi
    # A container may have less than the machine.
    limit=$(cat /sys/fs/cgroup/memory.max 2>/dev/null || echo max)
    case "$limit" in
    *[!0-9]* | '') ;;
    *) [ $((limit / 1024)) -lt "$kib" ] && kib=$((limit / 1024)) ;;
    esac
    echo "$kib"
}

set_jobs() {
    [ -n "${CARGO_BUILD_JOBS:-}" ] && return
    cores=$(nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
    jobs=$(($(memory_kib) / 2097152))
    [ "$jobs" -gt "$cores" ] && jobs=$cores
    [ "$jobs" -lt 1 ] && jobs=1
    CARGO_BUILD_JOBS=$jobs
    export CARGO_BUILD_JOBS
}

target_dir() {
    cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/'
}

limiter=''
child=''
report=''
failed=''

find_limiter() {
    for program in timeout gtimeout; do
        have "$program" && limiter=$program && return
    done
    say "there is no timeout program, so stages have no time limit (macOS: brew install coreutils)"
}

stop() {
    [ -n "$child" ] && kill "$child" 2>/dev/null
    exit 130
}

# Sets `cpu` to what all stages so far took of the processors, in seconds. Through a file, since `$(…)` is a process of its own
# and would tell its own.
count_cpu() {
    cpu=0
    counted=$(mktemp) || return
    times >"$counted"
    # Its second line is of the processes that ended: `1m2.345s 0m6.789s`.
    cpu=$(sed -n '2s/[ms]/ /gp' "$counted" | awk '{ printf "%d\n", $1 * 60 + $2 + $3 * 60 + $4 }')
    rm -f "$counted"
}

# stage NAME SECONDS COMMAND...: runs it under its limit and keeps the outcome for the summary.
stage() {
    name=$1
    limit=$2
    shift 2
    say "$name: $*"
    start=$(date +%s)
    count_cpu
    cpu_before=$cpu
    if [ -n "$limiter" ]; then
        # In the background, so that an interrupt reaches the trap at once.
        "$limiter" -k 10 "$limit" "$@" &
        child=$!
        wait "$child"
        code=$?
        child=''
    else
        "$@"
        code=$?
    fi
    seconds=$(($(date +%s) - start))
    count_cpu
    cpu=$((cpu - cpu_before))
    case "$code" in
    0) outcome=ok ;;
    124 | 137) outcome="FAILED: not done within $limit s, or killed" ;;
    *) outcome="FAILED: exit code $code" ;;
    esac
    report="$report$(printf '  %-10s %4s s  %5s s of CPU  %s' "$name" "$seconds" "$cpu" "$outcome")
"
    [ "$code" -eq 0 ] && return 0
    failed="$failed $name"
    say "$name $outcome (after $seconds s)" >&2
    return 1
}

finish() {
    printf '%s\n%s' "dev: stages" "$report"
    [ -z "$failed" ] && exit 0
    say "failed:$failed" >&2
    exit 1
}
