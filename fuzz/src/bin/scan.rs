//! The quick reading of JSON objects in `rp-protocol`, and its writing, judged by serde_json: the reading decides which bytes
//! of one module another one sees, and the host takes for UTF-8 what the writing made.
#![no_main]

use std::borrow::Cow;
use std::collections::HashMap;

use libfuzzer_sys::fuzz_target;
// For the C that is linked with it.
use rp_fuzz as _;
use serde::de::IgnoredAny;
use serde_json::Value;
use serde_json::value::RawValue;

#[path = "../../../protocol/src/block.rs"]
#[allow(dead_code, unused_imports, reason = "what writes JSON uses the rest")]
mod block;
#[path = "../../../protocol/src/scan.rs"]
mod scan;

const NAMES: &[&str; 3] = &["a", "data", "status"];

fuzz_target!(|data: &[u8]| {
    let Ok(text) = str::from_utf8(data) else { return };
    let is_json = serde_json::from_str::<IgnoredAny>(text).is_ok();
    let is_object = is_json && text.trim_start_matches([' ', '\t', '\r', '\n']).starts_with('{');
    if let Some([]) = scan::fields(text, &[]) {
        assert!(is_object, "accepted: {text:?}");
    }
    if let Some(found) = scan::fields(text, NAMES) {
        let by_serde: HashMap<Cow<'_, str>, &RawValue> =
            serde_json::from_str(text).unwrap_or_else(|error| panic!("accepted: {text:?}: {error}"));
        assert_eq!(found, NAMES.map(|name| by_serde.get(name).map(|raw| raw.get())), "{text:?}");
    }
    // From a value on it finds what it finds from the first brace on.
    let (start, mut found) = ("{\"data\":", [None; 3]);
    if text.starts_with(start) && scan::find_from(text, start.len(), 1, NAMES, &mut found) {
        assert_eq!(Some(found), scan::fields(text, NAMES), "{text:?}");
    }
    if let Ok(value) = serde_json::from_str::<Value>(text) {
        let mut written = Vec::new();
        rp_protocol::to_writer(&mut written, &value).expect("memory takes it");
        assert_eq!(written, serde_json::to_vec(&value).expect("memory takes it"), "{text:?}");
    }
    // With serde_json behind it, it refuses no object either.
    assert_eq!(rp_protocol::is_object(text).is_ok(), is_object, "{text:?}");
});
