//! Notices that a client has gone, also while nothing is read from it or written to it.

use std::sync::Arc;

use super::client::Client;

/// Watches the far end of a descriptor until it is gone; then the client has left.
#[cfg(unix)]
pub fn watch(client: &Arc<Client>, end: std::os::fd::OwnedFd) {
    use std::os::fd::AsRawFd;
    let client = Arc::clone(client);
    let wait = move || {
        let mut poll = libc::pollfd { fd: end.as_raw_fd(), events: 0, revents: 0 };
        loop {
            // SAFETY: poll(2) gets one descriptor, which `end` keeps open, and writes into `poll` only.
            let found = unsafe { libc::poll(&raw mut poll, 1, -1) };
            let was_interrupted =
                found < 0 && std::io::Error::last_os_error().kind() == std::io::ErrorKind::Interrupted;
            if !was_interrupted {
                break;
            }
        }
        client.leave();
    };
    // Without a thread for it, a client that went is noticed at the next line.
    let _ = std::thread::Builder::new().name("watch".to_owned()).spawn(wait);
}
