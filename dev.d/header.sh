#: ./dev header     write rp_module.h, rp_module_layout.h and sdk/src/abi.rs anew from host/src/abi.rs and abi/header/

needs() { echo cc c++ cmake make clang libclang 32-bit; }

job() {
    stage header "$build_limit" env RP_BLESS=1 cargo test --locked --test header what_is_generated_is_current
    finish
}
