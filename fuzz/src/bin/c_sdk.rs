//! Arbitrary messages to a module in C: what `include/rp_sdk.h` makes of them.
#![no_main]

use ::rp_host::abi::rp_module;
use libfuzzer_sys::fuzz_target;

unsafe extern "C" {
    fn test_minimal_c_v1() -> *const rp_module;
}

fuzz_target!(|input: &str| {
    // SAFETY: the module of the repository keeps the rules, or this finds out.
    unsafe { rp_fuzz::bare::play(test_minimal_c_v1, input) };
});
