#: ./dev dist       make the release archive in the target's dist/: rp, rp-worker, librp_host, headers, CMake and pkg-config
#:                  files, manual pages, completions, licences, a bill of materials, and what it was made of; beside it its
#:                  checksum; --sign KEY: and its signature, by a secret key of minisign

key=''

accepts() {
    [ "$#" -eq 0 ] && return
    key=${2:-}
    [ "$#" -eq 2 ] && [ "$1" = --sign ] && [ -f "$key" ]
}

needs() {
    echo cc c++ cmake make tar gzip
    [ -z "$key" ] || echo minisign
}

# No folder of this machine stands in what is built: two builds in two folders are the same bytes.
hide_folders() {
    cargo_home=${CARGO_HOME:-$HOME/.cargo}
    RUSTFLAGS="${RUSTFLAGS:-} --remap-path-prefix=$PWD=/rp --remap-path-prefix=$cargo_home=/cargo --remap-path-prefix=$target=/target"
    CFLAGS="${CFLAGS:-} -ffile-prefix-map=$PWD=/rp -ffile-prefix-map=$cargo_home=/cargo -ffile-prefix-map=$target=/target"
    export RUSTFLAGS CFLAGS
}

job() {
    target=$(target_dir)
    # A secret key is named from where ./dev was called, which is this folder.
    KEY=$key
    export KEY
    hide_folders
    release=$target/dist/build
    # Stripped while they are linked: the id of the build is of all that is linked, and some symbols are named after the folder.
    stage program 1800 cargo rustc --locked --release --target-dir "$release" -p rp --bin rp -- -C strip=symbols || finish
    # Each by itself, so that it has nothing of what only the command needs.
    stage worker 1800 cargo rustc --locked --release --target-dir "$release" -p rp-worker --bin rp-worker -- -C strip=symbols || finish
    stage library 1800 cargo build --locked --release --target-dir "$release" -p rp-capi || finish
    stage archive "$test_limit" sh dev.d/lib/archive.sh "$release/release/rp" "$release/release/rp-worker" \
        "$release/release/librp_host.a" "$target/dist" || finish
    for file in rp rp-worker librp_host.a; do
        stage "hidden-$file" "$test_limit" sh dev.d/lib/hidden.sh "$release/release/$file" "$PWD" "$cargo_home" "$target"
    done
    finish
}
