#: ./dev header     write rp_module.h, rp_module_layout.h, sdk/src/abi.rs and tests/platforms/sizes.c anew from host/src/abi.rs

needs() { echo cc c++ cmake make clang libclang 32-bit; }

job() {
    stage header "$build_limit" env RP_BLESS=1 cargo test --locked --test header what_is_generated_is_current
    finish
}
