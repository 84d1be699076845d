//! What the mission replaced: NUL-terminated strings, a fresh one for each answer, and `Value` on both sides.
use std::ffi::{CStr, CString, c_char};

use serde_json::{Value, json};

/// Answers with the text, as it came.
///
/// # Safety
/// `text` is a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn old_echo(text: *const c_char) -> *mut c_char {
    // SAFETY: the benchmark passes a C string that lives until this call returns.
    let text = unsafe { CStr::from_ptr(text) }.to_str().expect("the benchmark sends UTF-8");
    CString::new(text).expect("a C string holds no NUL").into_raw()
}

/// Answers with the text, read into a `Value` and written again.
///
/// # Safety
/// `text` is a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn old_value_echo(text: *const c_char) -> *mut c_char {
    // SAFETY: the benchmark passes a C string that lives until this call returns.
    let text = unsafe { CStr::from_ptr(text) }.to_str().expect("the benchmark sends UTF-8");
    let value: Value = serde_json::from_str(text).expect("the benchmark sends JSON");
    CString::new(value.to_string()).expect("JSON holds no NUL").into_raw()
}

/// The typed command.
///
/// # Safety
/// `text` is a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn old_record(text: *const c_char) -> *mut c_char {
    // SAFETY: the benchmark passes a C string that lives until this call returns.
    let text = unsafe { CStr::from_ptr(text) }.to_str().expect("the benchmark sends UTF-8");
    let payload: Value = serde_json::from_str(text).expect("the benchmark sends JSON");
    assert_eq!(payload["name"], "record");
    let mut entry = payload["args"].clone();
    let year = entry["year"].as_u64().expect("an entry has a year");
    let number = [&entry["title"], &entry["note"]].map(|text| text.as_str().expect("a text").len());
    entry["year"] = json!(year + 1);
    let response = json!({"status": "success", "data": {"number": number[0] + number[1], "entry": entry}});
    CString::new(response.to_string()).expect("JSON holds no NUL").into_raw()
}

/// Frees an answer.
///
/// # Safety
/// `text` came from one of the functions above, and comes here once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn old_free(text: *mut c_char) {
    // SAFETY: `into_raw` made it in one of the functions above, and the benchmark frees each answer once.
    drop(unsafe { CString::from_raw(text) });
}
