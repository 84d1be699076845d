#: ./dev dist       make the release archive in the target's dist/: rp, headers, CMake and pkg-config files, manual pages,
#:                  completions, licences; beside it its checksum

needs() { echo cc c++ cmake make tar gzip; }

job() {
    target=$(target_dir)
    stage program 1800 cargo build --locked --release --bin rp || finish
    stage archive "$test_limit" sh dev.d/lib/archive.sh "$target/release/rp" "$target/dist"
    finish
}
