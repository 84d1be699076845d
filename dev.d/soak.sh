#: ./dev soak       load, unload and ask every module for a long time on two threads; prints what grew; Linux

needs() { echo cc c++ cmake make; }

job() {
    [ "$(uname -s)" = Linux ] || fail "soaking needs Linux: /proc and the allocator of glibc tell what grew"
    # One after the other, since what is measured is the whole process.
    stage soak 3600 env RP_FULL=1 cargo test --locked --test conformance soak:: -- --test-threads 1
    finish
}
