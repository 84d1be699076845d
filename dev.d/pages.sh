#: ./dev pages      the page of rp trace in Chromium: the tests, axe-core, 100,000 messages; write: the book's pictures of it too

needs() { echo cc c++ cmake make chromium node npm; }

accepts() { [ "$#" -eq 0 ] || { [ "$#" -eq 1 ] && [ "$1" = write ]; }; }

tools=tests/command/page/tools

job() {
    folder=$(target_dir)/pages
    mkdir -p "$folder" && cp "$tools/package.json" "$tools/package-lock.json" "$folder" &&
        npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund --loglevel=error ||
        fail "npm could not install what $tools names; see above"
    RP_AXE=$folder/node_modules/axe-core/axe.min.js
    export RP_AXE RP_FULL=1
    [ "${1:-}" = write ] && export RP_SHOTS="$PWD/docs/src"
    stage build 1800 cargo test --locked --test command --no-run || finish
    stage pages "$test_limit" cargo test --locked --test command -- page:: --nocapture
    finish
}
