//! Notices that a client has gone, also while nothing is read from it or written to it.

use std::sync::Arc;

use super::client::Client;
use crate::os::FarEnd;

/// Watches the client's end of the connection until it is gone; then the client has left.
pub fn watch(client: &Arc<Client>, far_end: FarEnd) {
    let client = Arc::clone(client);
    let wait = move || {
        far_end.wait();
        client.leave();
    };
    // Without a thread for it, a client that went is noticed at the next line.
    let _ = std::thread::Builder::new().name("watch".to_owned()).spawn(wait);
}
