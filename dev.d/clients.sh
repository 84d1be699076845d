#: ./dev clients    typed clients in Python and TypeScript: mypy and tsc over them, and programs that call through them

needs() { echo cc c++ cmake make node npm venv; }

tools=tests/command/client/tools

# A folder with mypy and tsc, in the versions that are locked, for nobody else on the machine.
bring_tools() {
    mkdir -p "$1" && python3 -m venv "$1/venv" &&
        "$1/venv/bin/pip" install --quiet --disable-pip-version-check -r "$tools/requirements.txt" &&
        cp "$tools/package.json" "$tools/package-lock.json" "$1" &&
        npm ci --prefix "$1" --ignore-scripts --no-audit --no-fund --loglevel=error
}

job() {
    folder=$(target_dir)/clients
    say "tools: mypy and tsc into $folder"
    bring_tools "$folder" || fail "pip or npm could not install what $tools names; see above"
    stage build 1800 cargo test --locked --test command --no-run || finish
    stage clients "$test_limit" env RP_CLIENT_TOOLS="$folder" cargo test --locked --test command -- client::served client::typed \
        --include-ignored
    finish
}
