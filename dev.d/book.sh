#: ./dev book       build the book into target/book, look at it in a browser, check its spelling, follow its start pages from
#:                  an empty folder

needs() { echo cc c++ cmake make venv; }

# Its tabs are looked at in a browser.
wants() { echo chromedriver; }

# The program that builds the book, for nobody else on the machine.
mdbook_version=0.5.4

job() {
    tools=$(target_dir)/tools
    stage mdbook 1800 cargo install --quiet --locked --no-default-features --features search --root "$tools" \
        --target-dir "$tools/build" "mdbook@$mdbook_version" || finish
    stage book 120 "$tools/bin/mdbook" build docs --dest-dir "$(target_dir)/book"
    ! have chromedriver || stage tabs 300 python3 tests/packages/book/tabs.py "$(target_dir)/book"
    stage codespell 300 sh -c 'python3 -m venv "$1" && "$1/bin/pip" install --quiet --disable-pip-version-check codespell==2.4.1' \
        sh "$tools/codespell"
    stage spelling 60 "$tools/codespell/bin/codespell" --quiet-level 2 \
        docs/src README.md CONTRIBUTING.md SECURITY.md CHANGELOG.md include
    stage build 1800 cargo build --locked --test packages
    stage start 1800 cargo test --locked --test packages book:: -- --include-ignored
    finish
}
