//! Memory that the other side lends for one call, as a pointer and a length (rule 2).

use core::ffi::{c_char, c_void};
use core::fmt;

use crate::abi::rp_str;

/// The longest length that is believed. A greater one is broken, such as a negative number; a slice of more than
/// `isize::MAX` bytes would be undefined behaviour.
const LONGEST: usize = if usize::BITS == 64 { isize::MAX as usize >> 23 } else { isize::MAX as usize };

/// Why a pointer and a length do not describe memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotLent {
    Null,
    TooLong(usize),
}

impl fmt::Display for NotLent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotLent::Null => f.write_str("is NULL"),
            NotLent::TooLong(len) => write!(f, "has a length of {len} bytes, more than memory can have"),
        }
    }
}

/// Whether memory can be that long.
pub(crate) fn is_plausible(len: usize) -> bool {
    len <= LONGEST
}

fn check(is_null: bool, len: usize) -> Result<(), NotLent> {
    if is_null {
        Err(NotLent::Null)
    } else if !is_plausible(len) {
        Err(NotLent::TooLong(len))
    } else {
        Ok(())
    }
}

/// The bytes of a text. NULL is refused even for an empty one.
///
/// # Safety
/// Unless `data` is NULL or `len` is absurd, `len` bytes at `data` can be read and do not change for `'a`.
#[inline]
pub(crate) unsafe fn bytes<'a>(data: *const c_char, len: usize) -> Result<&'a [u8], NotLent> {
    check(data.is_null(), len)?;
    // SAFETY: `check` refused NULL and lengths that no slice may have; the caller promises readable, constant bytes.
    Ok(unsafe { core::slice::from_raw_parts(data.cast(), len) })
}

/// The bytes of an `rp_str`.
///
/// # Safety
/// Unless `text.data` is NULL or `text.len` is absurd, so many bytes there can be read and do not change for `'a`.
#[inline]
pub(crate) unsafe fn bytes_of<'a>(text: &rp_str) -> Result<&'a [u8], NotLent> {
    // SAFETY: the caller promises for this text exactly what `bytes` asks of its pointer and length.
    unsafe { bytes(text.data, text.len) }
}

/// Memory to be filled; NULL is allowed if it has no bytes. It is zeroed first, since it may be uninitialised.
///
/// # Safety
/// Unless `data` is NULL or `len` is absurd, `len` bytes at `data` can be written, and nothing else uses them for `'a`.
pub(crate) unsafe fn room<'a>(data: *mut c_void, len: usize) -> Result<&'a mut [u8], NotLent> {
    if len == 0 {
        return Ok(&mut []);
    }
    check(data.is_null(), len)?;
    // SAFETY: `check` refused NULL and lengths that no slice may have; the caller promises bytes that nothing else uses.
    unsafe {
        data.cast::<u8>().write_bytes(0, len);
        Ok(core::slice::from_raw_parts_mut(data.cast(), len))
    }
}
