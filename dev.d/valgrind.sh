#: ./dev valgrind   the modules and `rp` under valgrind, and the bugs that it must see

needs() { echo cc c++ cmake make valgrind; }

job() {
    export RP_FULL=1
    stage valgrind 1800 cargo test --locked --test conformance sanitizers::valgrind
    finish
}
