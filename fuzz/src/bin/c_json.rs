//! The JSON reader and writer of `include/rp_sdk.h`, judged by serde_json and by Rust's floats.
#![no_main]

use core::ffi::{c_char, c_int};
use core::ptr;

use libfuzzer_sys::fuzz_target;
// For the C that is linked with it.
use rp_fuzz as _;
use serde::de::IgnoredAny;
use serde_json::Value;

#[path = "../../../tests/c/c_json/same.rs"]
mod same;

unsafe extern "C" {
    fn rp_fuzz_json(
        operation: c_char,
        text: *const c_char,
        len: usize,
        out_text: *mut *const c_char,
        out_len: *mut usize,
    ) -> c_int;
}

// rp_json_result, and the operations of tests/c/c_json/driver.c.
const OK: c_int = 0;
const INVALID: c_int = 1;
const TOO_DEEP: c_int = 2;
const REWRITE: u8 = b'r';
const REWRITE_GROWING: u8 = b'g';
const REWRITE_FIXED: u8 = b'f';
/// As deep as the header reads.
const DEPTH: usize = 128;

fuzz_target!(|data: &[u8]| {
    let text = str::from_utf8(data).ok().filter(|text| serde_json::from_str::<IgnoredAny>(text).is_ok());
    let (result, _) = ask(b'p', data);
    match (result, text) {
        (TOO_DEEP, _) => assert!(data.iter().filter(|byte| b"[{".contains(byte)).count() > DEPTH),
        (OK, Some(text)) => check_valid(text),
        (INVALID, None) => {}
        (result, text) => panic!("parse: {result}; serde_json: {text:?}"),
    }
});

fn check_valid(text: &str) {
    check_rewritten(REWRITE, text);
    // Their time grows with the square of the length.
    if text.len() <= 64 {
        check_rewritten(REWRITE_GROWING, text);
        check_rewritten(REWRITE_FIXED, text);
    }
    for operation in [b'd', b'i', b'u', b's'] {
        check_read(operation, text.trim_matches([' ', '\t', '\r', '\n']));
    }
    // Whatever it is, as a text to write.
    let (result, written) = ask(b'S', text.as_bytes());
    assert_eq!((result, serde_json::from_slice::<String>(&written).ok().as_deref()), (OK, Some(text)));
}

fn check_rewritten(operation: u8, text: &str) {
    let (result, written) = ask(operation, text.as_bytes());
    assert_eq!(result, OK, "{text}");
    let written = str::from_utf8(&written).expect("UTF-8");
    // What Rust cannot hold, numbers past a double and halves of surrogate pairs, must stay JSON all the same.
    match serde_json::from_str::<Value>(text) {
        Ok(_) => {
            let [before, after] = [text, written].map(|text| serde_json::from_str(text).expect("JSON"));
            assert!(same::is_same(before, after), "{text} became {written}");
        }
        Err(_) => assert!(serde_json::from_str::<IgnoredAny>(written).is_ok(), "{text} became {written}"),
    }
}

/// One value read as one type: what is read must be what Rust reads.
fn check_read(operation: u8, text: &str) {
    let (result, read) = ask(operation, text.as_bytes());
    if result != OK {
        return;
    }
    let bits = || u64::from_ne_bytes(*read.first_chunk().expect("eight bytes"));
    match operation {
        b'd' => assert_eq!(f64::from_bits(bits()), text.parse::<f64>().expect("a number"), "{text}"),
        b'i' => {
            assert_eq!(Some(bits() as i64), whole(text).and_then(|whole| whole.try_into().ok()), "{text}")
        }
        b'u' => assert_eq!(Some(bits()), whole(text).and_then(|whole| whole.try_into().ok()), "{text}"),
        _ => assert_eq!(
            Some(read),
            serde_json::from_str::<String>(text).ok().map(String::into_bytes),
            "{text}"
        ),
    }
}

/// A whole number however it is written: as far as a double says which one, or in digits alone.
fn whole(text: &str) -> Option<i128> {
    let double =
        || text.parse::<f64>().ok().filter(|double| double.fract() == 0.0).map(|double| double as i128);
    text.parse().ok().or_else(double)
}

/// Result and answer of one operation.
fn ask(operation: u8, text: &[u8]) -> (c_int, Vec<u8>) {
    // Its own memory, so that one byte read too much is seen.
    let text: Box<[u8]> = text.into();
    let (mut out, mut len) = (ptr::null(), 0);
    // SAFETY: the text is valid for the call, and the answer until the next one.
    unsafe {
        let result =
            rp_fuzz_json(operation as c_char, text.as_ptr().cast(), text.len(), &raw mut out, &raw mut len);
        (result, core::slice::from_raw_parts(out.cast::<u8>(), len).to_vec())
    }
}
