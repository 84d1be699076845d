//! The system's clock and random bytes, which an embedder may replace.

use std::time::{SystemTime, UNIX_EPOCH};

/// UTC, microseconds since 1970; negative before that.
pub(crate) fn system_now_us() -> i64 {
    let whole = |duration: std::time::Duration| i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => whole(since),
        Err(before) => -whole(before.duration()),
    }
}

/// Fills `bytes` from the system's random generator.
///
/// Aborts if it fails: `random` cannot return an error, and ids or keys made of zeros would go unnoticed.
pub(crate) fn system_random(bytes: &mut [u8]) {
    if let Err(error) = getrandom::fill(bytes) {
        crate::os::abort(&format!("rp: the system's random generator failed: {error}"));
    }
}
