//! One client at standard input and output.

use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::mpsc::Sender;

use super::client::Client;
use super::server::{Connection, Server};
use crate::fault::Fault;

/// Standard input and output, taken away from the modules, which might write to one or read from the other.
pub struct Ends {
    #[cfg(unix)]
    input: std::os::fd::OwnedFd,
    #[cfg(unix)]
    output: std::os::fd::OwnedFd,
}

impl Ends {
    /// Takes them. What modules print goes to standard error from now on, and they find nothing to read.
    #[cfg(unix)]
    pub fn take() -> Result<Self, Fault> {
        use std::os::fd::{AsFd, AsRawFd};
        let refuse =
            |error: io::Error| Fault::environment("rp::input", format!("standard input and output: {error}"));
        let input = io::stdin().as_fd().try_clone_to_owned().map_err(refuse)?;
        let output = io::stdout().as_fd().try_clone_to_owned().map_err(refuse)?;
        let nothing = std::fs::File::open("/dev/null").map_err(refuse)?;
        for (from, to) in
            [(nothing.as_raw_fd(), libc::STDIN_FILENO), (libc::STDERR_FILENO, libc::STDOUT_FILENO)]
        {
            // SAFETY: both descriptors are open, and nothing else of this program uses standard input or output here.
            if unsafe { libc::dup2(from, to) } < 0 {
                return Err(refuse(io::Error::last_os_error()));
            }
        }
        Ok(Ends { input, output })
    }

    /// Not taken away on this system.
    #[cfg(not(unix))]
    pub fn take() -> Result<Self, Fault> {
        Ok(Ends {})
    }

    #[cfg(unix)]
    fn split(self) -> (impl Read + Send + 'static, impl Write + Send + 'static) {
        (std::fs::File::from(self.input), std::fs::File::from(self.output))
    }

    #[cfg(not(unix))]
    fn split(self) -> (impl Read + Send + 'static, impl Write + Send + 'static) {
        (io::stdin(), io::stdout())
    }
}

/// Serves on a thread of its own, which says when the input has ended.
pub fn serve(server: &Arc<Server>, ends: Ends, ended: Sender<()>) -> Result<(), Fault> {
    #[cfg(unix)]
    let far_end = ends.output.try_clone().ok();
    let (input, output) = ends.split();
    // The thread that reads standard input cannot be woken: when nobody reads the output any more, the process ends without it.
    let left = ended.clone();
    let client = Client::new(server, Box::new(output), move |_| {
        let _ = left.send(());
    });
    server.note(Arc::clone(&client) as Arc<dyn Connection>);
    #[cfg(unix)]
    if let Some(far_end) = far_end {
        super::watch::watch(&client, far_end);
    }
    let work = move || {
        client.serve(input);
        // Nobody waits where a signal came first.
        let _ = ended.send(());
    };
    let spawned = std::thread::Builder::new().name("client".to_owned()).spawn(work);
    spawned
        .map(drop)
        .map_err(|error| Fault::environment("rp::input", format!("no thread for standard input: {error}")))
}
