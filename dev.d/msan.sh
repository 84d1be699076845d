#: ./dev msan       the modules in C under MemorySanitizer, in a host in C, and a bug that it must see

needs() { echo cc c++ cmake make clang msan; }

job() {
    export RP_FULL=1
    stage msan 1800 cargo test --locked --test conformance sanitizers::msan
    finish
}
