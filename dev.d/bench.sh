#: ./dev bench      measure rp beside its peers, and write docs/src/speed.md; wants a quiet machine; growth: what the cost
#:                  of work does as the work grows, into docs/src/growth.md

needs() { echo cc c++ cmake make; }

accepts() { [ "$#" -eq 0 ] || { [ "$#" -eq 1 ] && [ "$1" = growth ]; }; }

job() {
    options="--manifest-path benches/Cargo.toml --target-dir $(target_dir)/benches"
    if [ "${1:-}" = growth ]; then
        # shellcheck disable=SC2086
        stage growth 7200 cargo run --release $options -p rp-growth -- --write
    else
        # shellcheck disable=SC2086
        stage bench 7200 cargo bench $options --features "${RP_BENCH_FEATURES-wasm}" --bench peers -- --write --build
    fi
    finish
}
