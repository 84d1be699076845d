//! The end of a process that cannot go on.

use std::io::Write as _;

/// Prints why, then aborts: for cases where continuing would break a guarantee.
#[cold]
pub(crate) fn abort(why: &str) -> ! {
    // A closed stderr must not prevent the abort; eprintln would panic instead.
    let _unread = writeln!(std::io::stderr(), "{why}");
    std::process::abort()
}
