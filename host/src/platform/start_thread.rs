//! Threads that the host starts.

use std::io;
use std::thread::{Builder, JoinHandle};

/// Starts a thread of that name.
pub(crate) fn start_thread(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<JoinHandle<()>> {
    spawn(name, Box::new(work))
}

/// Once for all of them, since a thread of a type of its own takes long to compile.
fn spawn(name: &str, work: Box<dyn FnOnce() + Send>) -> io::Result<JoinHandle<()>> {
    Builder::new().name(name.into()).spawn(work)
}
