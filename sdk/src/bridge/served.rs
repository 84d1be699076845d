//! Whom a thread serves.
use std::cell::Cell;
use std::fmt;

use crate::host::{Host, Level};

thread_local! {
    static SERVED: Cell<Option<Host>> = const { Cell::new(None) };
}

/// Runs code whose lines go to this host: for threads that the module started.
///
/// ```
/// # use rp_sdk::{Host, bridge};
/// # fn index() {}
/// fn start(host: Host) -> std::thread::JoinHandle<()> {
///     std::thread::spawn(move || bridge::serving(host, index))
/// }
/// ```
#[inline]
pub fn serving<T>(host: Host, run: impl FnOnce() -> T) -> T {
    let _before = Before(SERVED.replace(Some(host)));
    run()
}

/// Whom the thread served before: a message may be handled within another one's handler.
struct Before(Option<Host>);

impl Drop for Before {
    fn drop(&mut self) {
        SERVED.set(self.0);
    }
}

/// Writes a line to the host that the thread serves.
pub(super) fn write(level: Level, line: fmt::Arguments<'_>) {
    if SERVED.get().is_none() {
        return;
    }
    // Before the host is taken: what is printed may log as well.
    let line = line.to_string();
    // What the host logs meanwhile on this thread must not come back here.
    if let Some(host) = SERVED.take() {
        let _before = Before(Some(host));
        host.log(level, line);
    }
}
