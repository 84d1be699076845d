//! Text for C.

use std::ffi::CString;

use host::abi::rp_str;

/// Text for C. What is behind a NUL in it is cut off, since C could not see it.
pub(crate) fn c_string(text: &str) -> CString {
    let seen = text.split('\0').next().unwrap_or_default();
    CString::new(seen).unwrap_or_default()
}

/// Text that a callback borrows.
pub(crate) fn lent(text: &str) -> rp_str {
    rp_str { data: text.as_ptr().cast(), len: text.len() }
}
