//! Text that C passes: a pointer and a length.

use core::ffi::c_char;

use rp_protocol::message_type;

use crate::contain::{Outcome, argument};

/// The bytes.
///
/// # Safety
/// `data` is valid for `len` bytes, or NULL; the bytes stay as they are while the result is used.
#[inline(always)]
pub(crate) unsafe fn bytes<'a>(what: &'static str, data: *const c_char, len: usize) -> Outcome<&'a [u8]> {
    if data.is_null() || len > isize::MAX as usize {
        return no_bytes(what, len);
    }
    // SAFETY: the caller knows the pointer to be valid for `len` bytes that do not change.
    Ok(unsafe { core::slice::from_raw_parts(data.cast(), len) })
}

/// What NULL, or a length that nothing has, stands for.
#[cold]
#[inline(never)]
fn no_bytes<'a>(what: &'static str, len: usize) -> Outcome<&'a [u8]> {
    match isize::try_from(len) {
        Ok(0) => Ok(&[]),
        Ok(_) => Err(argument(what, format!("it is NULL, with a length of {len}"))),
        Err(_) => Err(argument(what, format!("no text has a length of {len}"))),
    }
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
    utf8(what, bytes)
}

/// A name, a path or options: UTF-8 without a NUL.
///
/// # Safety
/// As for [`bytes`].
#[inline(always)]
pub(crate) unsafe fn text<'a>(what: &'static str, data: *const c_char, len: usize) -> Outcome<&'a str> {
    // SAFETY: as the caller promises.
    let bytes = unsafe { bytes(what, data, len) }?;
    // The usual name, in one look at each byte.
    if bytes.iter().all(|byte| (1..0x80).contains(byte)) {
        // SAFETY: ASCII is UTF-8.
        return Ok(unsafe { core::str::from_utf8_unchecked(bytes) });
    }
    unusual_text(what, bytes)
}

/// The type of a message; that of most is known to be a name.
///
/// # Safety
/// As for [`bytes`].
#[inline(always)]
pub(crate) unsafe fn type_of_message<'a>(data: *const c_char, len: usize) -> Outcome<&'a str> {
    // SAFETY: as the caller promises.
    unsafe {
        match bytes("type", data, len)? {
            known if known == message_type::COMMAND.as_bytes() => Ok(message_type::COMMAND),
            _ => text("type", data, len),
        }
    }
}

#[inline(never)]
fn unusual_text<'a>(what: &'static str, bytes: &'a [u8]) -> Outcome<&'a str> {
    let text = utf8(what, bytes)?;
    match text.bytes().position(|byte| byte == 0) {
        Some(at) => Err(argument(what, format!("it has a NUL at byte {at}"))),
        None => Ok(text),
    }
}

#[inline(never)]
fn utf8<'a>(what: &'static str, bytes: &'a [u8]) -> Outcome<&'a str> {
    core::str::from_utf8(bytes)
        .map_err(|error| argument(what, format!("it is not UTF-8 at byte {}", error.valid_up_to())))
}
