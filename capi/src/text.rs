//! Text that C passes: a pointer and a length.

use core::ffi::c_char;

use crate::contain::{Outcome, argument};

/// The bytes.
///
/// # Safety
/// `data` is valid for `len` bytes, or NULL; the bytes stay as they are while the result is used.
#[inline(always)]
pub(crate) unsafe fn bytes<'a>(what: &'static str, data: *const c_char, len: usize) -> Outcome<&'a [u8]> {
    if data.is_null() && len != 0 {
        return Err(argument(what, format!("it is NULL, with a length of {len}")));
    }
    if len > isize::MAX as usize {
        return Err(argument(what, format!("no text has a length of {len}")));
    }
    if data.is_null() {
        return Ok(&[]);
    }
    // SAFETY: the caller knows the pointer to be valid for `len` bytes that do not change.
    Ok(unsafe { core::slice::from_raw_parts(data.cast(), len) })
}

/// The payload of a message: any UTF-8. A NUL in it is refused by the module, as every other text that is no JSON.
///
/// # Safety
/// As for [`bytes`].
#[inline(always)]
pub(crate) unsafe fn payload<'a>(what: &'static str, data: *const c_char, len: usize) -> Outcome<&'a str> {
    // SAFETY: as the caller promises.
    let bytes = unsafe { bytes(what, data, len) }?;
    if bytes.is_ascii() {
        // SAFETY: ASCII is UTF-8.
        return Ok(unsafe { core::str::from_utf8_unchecked(bytes) });
    }
    core::str::from_utf8(bytes)
        .map_err(|error| argument(what, format!("it is not UTF-8 at byte {}", error.valid_up_to())))
}

/// A name, a path or options: UTF-8 without a NUL.
///
/// # Safety
/// As for [`bytes`].
#[inline]
pub(crate) unsafe fn text<'a>(what: &'static str, data: *const c_char, len: usize) -> Outcome<&'a str> {
    // SAFETY: as the caller promises.
    let text = unsafe { payload(what, data, len) }?;
    match text.bytes().position(|byte| byte == 0) {
        Some(at) => Err(argument(what, format!("it has a NUL at byte {at}"))),
        None => Ok(text),
    }
}
