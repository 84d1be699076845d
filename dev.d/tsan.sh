#: ./dev tsan       the modules in C and C++ under ThreadSanitizer, in a host in C, and a race that it must see

needs() { echo cc c++ cmake make gcc; }

job() {
    export RP_FULL=1
    stage tsan 1800 cargo test --locked --test conformance sanitizers::tsan
    finish
}
