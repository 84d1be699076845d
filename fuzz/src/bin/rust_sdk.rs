//! Arbitrary messages to a module in Rust: what `rp-sdk` makes of them, of typed arguments, and of what the host answers.
#![no_main]

use libfuzzer_sys::fuzz_target;
// For its entry.
use ::rp_host::abi::rp_module;
use research_log as _;

unsafe extern "C" {
    fn rp_module_v1() -> *const rp_module;
}

fuzz_target!(|input: &str| {
    // SAFETY: the module of the repository keeps the rules, or this finds out.
    unsafe { rp_fuzz::bare::play(rp_module_v1, input) };
});
