#: ./dev platforms  build all for other platforms and prove it there, under an emulator where one is needed; arguments: these
#:                  of tests/platforms/platforms.txt alone; write: also write docs/src/platforms.md; Linux on x86-64

. dev.d/lib/platforms.sh

accepts() {
    chosen=''
    is_written=''
    for argument; do
        if [ "$argument" = write ]; then is_written=yes; continue; fi
        read_row "$argument"
        [ -n "$platform" ] || fail "there is no platform $argument; there are: $(all_platforms | tr '\n' ' ')"
        chosen="$chosen $argument"
    done
    chosen=${chosen:-$(all_platforms)}
}

needs() {
    echo cc c++ cmake make
    for argument in $chosen; do
        read_row "$argument"
        echo "$tools"
    done
}

# Once for all platforms: Debian's compiler, zig, a folder for wine.
bring() {
    case " $brought " in *" $1 "*) return 0 ;; esac
    stage "$@" && brought="$brought $1"
}

bring_tools() {
    [ -z "$std" ] || bring rust 1800 sh dev.d/lib/debian-rust.sh "$folder" || return
    case "$compiler" in 'zig '*) bring zig 600 sh dev.d/lib/zig.sh "$folder" || return ;; esac
    [ "$runner" != wine ] || bring wine 600 sh dev.d/lib/wine-prefix.sh
}

packages_of_build() { for package in rp rp-capi rp-platforms rp-modules-c planted $(ls modules-rust); do printf ' -p %s' "$package"; done; }

# The command, the host for C, all modules, one that crashes, and the examples: `build`; or `check`, without the modules in C
# and C++, for which CMake wants tools of Apple and Microsoft.
build() {
    c=''
    [ "$1" = build ] || c=RP_C_SKIP=1
    # Unquoted: one word for each variable and option.
    # shellcheck disable=SC2046,SC2086
    stage "$platform-$1" 3600 env $rust $c CARGO_PROFILE_DEV_DEBUG=0 CARGO_INCREMENTAL=0 \
        cargo "$1" --locked --target "$target" $std $(packages_of_build) --lib --bins --examples
}

# Where programs of the platform end in .exe, there they do.
suffix() { case "$target" in *-windows-*) echo .exe ;; esac; }

prove() {
    built=$target_dir/$target/debug
    stage "$platform-sizes" 600 "$(compilers "$folder")-cc" -Iinclude tests/platforms/sizes.c -o "$built/sizes$(suffix)" &&
        stage "$platform-run" 3600 "$driver" run --platform "$platform" --target "$target" --rp "$built/rp$(suffix)" \
            --modules "$built" --examples "$built/examples" --sizes "$built/sizes$(suffix)" \
            ${runner:+--runner "$runner"} --out "$results"
}

compiled() { "$driver" compiled --platform "$platform" --target "$target" --out "$results"; }

platform() {
    read_row "$1"
    results=$folder/results/$platform.json
    rm -f "$results"
    choose_rust "$folder"
    set_compiler "$folder"
    bring_tools || return
    if [ "$kind" = check ]; then
        build check && compiled
        return
    fi
    build build || return
    build_seconds=$seconds
    prove
    add_line
    # Modules and hosts of others, built by CMake for this platform.
    case "$target" in
    *-windows-gnu) stage "$platform-cmake" 1800 env RP_WINDOWS="$built/rp.exe" cargo test --locked --test packages -- --ignored mingw_ ;;
    esac
}

# The last number of the results that is named "$1".
number() { sed -n "s/^ *\"$1\": \([0-9]*\),*$/\1/p" "$results" | sed -n '$p'; }

add_line() {
    [ -f "$results" ] || return
    skipped=$(sed -n '/"check":/p' "$results" | wc -l)
    table="$table$(printf '  %-10s %5s s %5s s %7s %7s %7s' "$platform" "$build_seconds" "$seconds" "$(number passed)" \
        "$(number failed)" "$skipped")
"
}

print_table() {
    [ -z "$table" ] && return
    printf 'dev: platforms %6s %7s  checks: passed  failed skipped\n%s' build run "$table"
}

job() {
    [ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] || fail "the compilers and emulators of other platforms are for Linux on x86-64"
    target_dir=$(target_dir)
    folder=$target_dir/platforms
    driver=$target_dir/debug/rp-platforms
    brought=''
    table=''
    set_caches "$folder"
    # What the others are compared with, as `./dev run` builds it, and what compares them.
    stage own 1800 cargo build --locked && stage driver 1800 cargo build --locked -p rp-platforms || finish
    for argument in $chosen; do platform "$argument"; done
    [ -z "$is_written" ] || stage page 60 "$driver" page
    print_table
    finish
}
