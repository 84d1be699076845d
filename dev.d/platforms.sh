#: ./dev platforms  build all for other platforms and run it there, under an emulator where one is needed; arguments: these
#:                  of tests/platforms/platforms.txt alone; Linux on x86-64

. dev.d/lib/platforms.sh

accepts() {
    for argument; do
        read_row "$argument"
        [ -n "$platform" ] || fail "there is no platform $argument; there are: $(all_platforms | tr '\n' ' ')"
    done
    chosen=${*:-$(all_platforms)}
}

needs() {
    echo cc c++ cmake make
    for argument in $chosen; do
        read_row "$argument"
        echo "$tools"
    done
}

# Its programs start its programs, with nothing before their names.
set_wine() {
    export WINEPREFIX="$folder/wine" WINEDEBUG=-all WINEDLLOVERRIDES='mscoree,mshtml='
    stage wine 600 sh dev.d/lib/wine-prefix.sh
}

# Once for all platforms that need it.
bring_rust() {
    [ -n "$brought" ] && return
    stage rust 1800 sh dev.d/lib/debian-rust.sh "$folder" && brought=yes
}

# For $target: what is after cargo's name.
build() {
    # Unquoted: one word for each variable and option.
    # shellcheck disable=SC2086
    stage "$platform-build" "$build_limit" env $rust CARGO_PROFILE_DEV_DEBUG=0 CARGO_INCREMENTAL=0 \
        cargo "$@" --locked --target "$target" $std
}

run() {
    # shellcheck disable=SC2086
    stage "$platform-list" "$test_limit" $runner "$built/rp$suffix" list "$built"
    for module in test_minimal test_minimal_c test_minimal_cpp research_log_cpp; do
        # shellcheck disable=SC2086
        stage "$module" "$test_limit" $runner "$built/rp$suffix" inspect "$built/$prefix$module$library"
    done
    # shellcheck disable=SC2086
    stage "$platform-session" "$test_limit" $runner "$built/rp$suffix" run examples/session.jsonl
}

platform() {
    read_row "$1"
    choose_rust "$folder"
    [ -z "$std" ] || bring_rust || return
    set_compiler "$folder"
    case "$target" in
    *windows*) prefix='' library=.dll suffix=.exe && set_wine || return ;;
    *) prefix=lib library=.so suffix='' ;;
    esac
    build build || return
    built=$(target_dir)/$target/debug
    run
}

job() {
    [ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] || fail "the compilers and emulators of other platforms are for Linux on x86-64"
    build_limit=3600
    folder=$(target_dir)/platforms
    brought=''
    for argument in $chosen; do platform "$argument"; done
    finish
}
