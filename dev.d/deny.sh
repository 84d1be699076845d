#: ./dev deny       hold the dependencies against deny.toml with cargo-deny, which it builds first; needs the network

needs() { echo cc git; }

# Built for this job alone and kept; minutes of work, so ./dev test leaves it to its long form.
deny_version=0.20.2
advisories=https://github.com/RustSec/advisory-db

job() {
    tools=$(target_dir)/tools
    # Another version of it may be on PATH.
    [ -x "$tools/bin/cargo-deny" ] || stage deny-tool 3600 cargo install --locked --root "$tools" \
        --target-dir "$tools/build" "cargo-deny@$deny_version" || finish
    kinds='bans licenses sources'
    if git ls-remote --quiet "$advisories" HEAD >/dev/null 2>&1; then
        kinds="$kinds advisories"
    else
        say "NOT CHECKED: advisories, since $advisories cannot be reached" >&2
    fi
    for folder in . benches; do
        # What is checked are words. The file is named from the root, since paths count from the manifest.
        # shellcheck disable=SC2086
        stage "deny $folder" "$test_limit" "$tools/bin/cargo-deny" --manifest-path "$folder/Cargo.toml" \
            --config "$PWD/deny.toml" check --allow duplicate $kinds
    done
    finish
}

