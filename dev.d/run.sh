#: ./dev run        build everything, list the modules, play the sessions of examples/

needs() { echo cc c++ cmake make; }

job() {
    folder=$(target_dir)/debug
    # What builds faster the next time takes a tenth longer now. Whoever builds with cargo has it, and it is kept up.
    [ -d "$folder/incremental" ] || export CARGO_INCREMENTAL="${CARGO_INCREMENTAL:-0}"
    stage build "$build_limit" cargo build --locked || finish
    stage list "$test_limit" "$folder/rp" list "$folder"
    stage session "$test_limit" "$folder/rp" run examples/session.jsonl
    # Without warnings: test-relay requests more than the example grants it.
    stage services "$test_limit" "$folder/rp" run examples/rp.toml examples/services.jsonl --log error
    stage research "$test_limit" "$folder/rp" run examples/research/rp.toml examples/research/session.jsonl --log error
    finish
}
