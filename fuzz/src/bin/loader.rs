//! Arbitrary files: what `rp inspect` and the first step of every load read before any code runs.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rp_fuzz::memory;

fuzz_target!(|data: &[u8]| {
    match rp_host::inspect(memory::path(data)) {
        Ok(found) => {
            assert_eq!(found.manifest.is_some(), found.manifest_text.is_some());
            assert!(found.symbols.is_sorted(), "{:?}", found.symbols);
            assert_eq!(found.size, data.len() as u64);
        }
        Err(error) => assert!(error.to_string().len() > 10, "{error:?}"),
    }
});
