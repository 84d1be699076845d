#: ./dev dist       make the release archive in the target's dist/: rp, rp-worker, librp_host, headers, CMake and pkg-config
#:                  files, manual pages, completions, licences; beside it its checksum

needs() { echo cc c++ cmake make tar gzip; }

job() {
    target=$(target_dir)
    stage program 1800 cargo build --locked --release --bin rp || finish
    # Each by itself, so that it has nothing of what only the command needs.
    stage worker 1800 cargo build --locked --release -p rp-worker || finish
    stage library 1800 cargo build --locked --release -p rp-capi || finish
    stage archive "$test_limit" sh dev.d/lib/archive.sh "$target/release/rp" "$target/release/rp-worker" \
        "$target/release/librp_host.a" "$target/dist"
    finish
}
