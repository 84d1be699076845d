#: ./dev tsan       the modules in C and C++ under ThreadSanitizer, in a host in C; programs in C with the host's library, that
#:                  and Rust's own built under it; and races that it must see

needs() { echo cc c++ cmake make gcc; }

# The source of Rust's library, which is built under ThreadSanitizer with ours.
wants() { echo rust-src; }

# Builds the library and the modules that its tests load into the folder "$1".
build_host() {
    machine=$(rustc -vV | sed -n 's/^host: //p')
    flags="CFLAGS_$machine=-fsanitize=thread"
    stage build 1800 env RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Zsanitizer=thread CC=gcc "$flags" CARGO_TARGET_DIR="$1" \
        cargo build --locked -Zbuild-std=std,panic_unwind --target "$machine" --no-default-features \
        --features rp-capi/sqlite -p rp-capi -p test-minimal -p test-concurrent -p test-relay -p faulty
}

job() {
    export RP_FULL=1
    if has_tool rust-src; then
        folder=$(target_dir)/tsan
        build_host "$folder" || finish
        export RP_TSAN_HOST="$folder/$machine/debug"
    fi
    stage tsan 1800 cargo test --locked --test conformance sanitizers::tsan
    finish
}
