//! For systems without Unix sockets in the standard library.

use std::path::Path;
use std::sync::Arc;

use super::server::Server;
use crate::fault::Fault;

/// A socket that does not exist here.
pub struct Socket;

impl Socket {
    /// Refuses.
    pub fn bind(_path: &Path) -> Result<Self, Fault> {
        Err(Fault::environment(
            "rp::serve::no_socket",
            "--socket needs Unix sockets, which this build has none of",
        )
        .help("serve one client at standard input and output"))
    }

    /// Never called.
    pub fn serve(&self, _server: &Arc<Server>) -> Result<(), Fault> {
        Ok(())
    }
}
