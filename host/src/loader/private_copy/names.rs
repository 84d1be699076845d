//! The names by which the folder of one process knows that of another.

use std::ffi::OsStr;

use crate::platform::clock;

const PREFIX: &str = "rp-modules-";
/// The process that owns the folder holds a lock on this file.
pub(super) const LOCK: &str = "in-use";
/// The name of the lock until the folder is ready.
pub(super) const NEW_LOCK: &str = "in-use.new";

/// A name for a folder that nobody can guess. Creating the folder fails if the name is taken.
pub(super) fn fresh_name() -> String {
    let mut number = [0; 8];
    clock::system_random(&mut number);
    format!("{PREFIX}{:016x}", u64::from_ne_bytes(number))
}

/// Whether [`fresh_name`] could have made this name.
pub(super) fn is_name(name: &OsStr) -> bool {
    let digits = name.to_str().and_then(|name| name.strip_prefix(PREFIX)).unwrap_or_default();
    digits.len() == 16 && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
