#: ./dev bench      measure rp beside its peers, and write docs/src/speed.md; wants a quiet machine

needs() { echo cc c++ cmake make; }

job() {
    stage bench 7200 cargo bench --manifest-path benches/Cargo.toml --target-dir "$(target_dir)/benches" \
        --features "${RP_BENCH_FEATURES-wasm}" --bench peers -- --write --build
    finish
}
