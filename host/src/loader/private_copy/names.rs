//! The names by which the folder of one process knows that of another.

use std::ffi::OsStr;
#[cfg(any(feature = "worker", test))]
use std::path::Path;

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

/// The name of the file that the one at this path is a private copy of; `None` if it is no copy.
#[cfg(any(feature = "worker", test))]
pub(super) fn original_name(path: &Path) -> Option<String> {
    let mut parts = path.iter().skip_while(|part| !is_name(part)).skip(1);
    let first = parts.next()?.to_str()?;
    let name = match parts.last() {
        Some(inner) => inner.to_str()?,
        None => first.split_once('-').map_or(first, |(_, name)| name),
    };
    Some(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_tells_what_it_is_of() {
        let cases = [
            ("/tmp/rp-modules-0123456789abcdef/7-libharm.so", Some("libharm.so")),
            ("/tmp/rp-modules-0123456789abcdef/7/build/libharm.so", Some("libharm.so")),
            ("/tmp/rp-modules-0123456789abcdef/7", Some("7")),
            ("/tmp/rp-modules-0123456789abcde/7-libharm.so", None),
            ("/usr/lib/libc.so.6", None),
            ("", None),
        ];
        for (path, expected) in cases {
            assert_eq!(original_name(Path::new(path)).as_deref(), expected, "{path}");
        }
    }
}
