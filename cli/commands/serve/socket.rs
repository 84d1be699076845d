//! Many clients at a Unix socket, or on Windows at a named pipe.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::answer::{self, ErrorLine};
use super::client::Client;
use super::server::{Connection, Server};
use super::watch::watch;
use crate::fault::Fault;
use crate::os::{self, Ends, Listener, Stream, Unbound};

/// A socket that listens; dropping it removes its file.
pub struct Socket {
    path: PathBuf,
    listener: Arc<Listener>,
}

impl Socket {
    /// Makes the socket. The file that a killed `rp` left is replaced; one where somebody listens is refused.
    pub fn bind(path: &Path) -> Result<Self, Fault> {
        let listener = Listener::bind(path).map_err(|reason| refusal(path, &reason))?;
        Ok(Socket { path: path.to_owned(), listener: Arc::new(listener) })
    }

    /// Takes in clients from now on, on a thread of its own.
    pub fn serve(&self, server: &Arc<Server>) -> Result<(), Fault> {
        let (listener, server) = (Arc::clone(&self.listener), Arc::clone(server));
        let accept = move || {
            loop {
                match listener.accept() {
                    Ok(stream) => welcome(&server, stream),
                    // No more descriptors: it may get better when a client leaves.
                    Err(_) => std::thread::sleep(std::time::Duration::from_millis(50)),
                }
            }
        };
        let spawned = std::thread::Builder::new().name("accept".to_owned()).spawn(accept);
        spawned.map(drop).map_err(|error| refusal(&self.path, &error.into()))
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.listener.remove();
    }
}

fn refusal(path: &Path, reason: &Unbound) -> Fault {
    let shown = path.display();
    match reason {
        Unbound::InUse => {
            Fault::environment("rp::serve::in_use", format!("somebody serves at the socket {shown} already"))
                .help("stop that process, or give another path")
        }
        Unbound::System(error) => {
            Fault::environment("rp::serve::socket", format!("the socket {shown} cannot be made: {error}"))
                .help_with(error, os::SOCKET_HELP)
        }
    }
}

/// Serves a client on a thread of its own. A client for whom there is no room is told so.
fn welcome(server: &Arc<Server>, stream: Stream) {
    let Ok(Ends { input, output, far_end }) = stream.ends() else { return };
    let client = Client::new(server, output, move |ending| stream.end(ending));
    let full = |text: String| {
        let line =
            ErrorLine::operator("rp::serve::full", text).help("try again when another client has left");
        client.write(&answer::error(None, &line));
        client.close();
    };
    let Some(number) = server.note(Arc::clone(&client) as Arc<dyn Connection>) else {
        return full(format!("{} clients are served already", server.limits.clients));
    };
    if let Some(far_end) = far_end {
        watch(&client, far_end);
    }
    let (server_of_client, served) = (Arc::clone(server), Arc::clone(&client));
    let work = move || {
        served.serve(input);
        served.close();
        server_of_client.forget(number);
    };
    if let Err(error) = std::thread::Builder::new().name("client".to_owned()).spawn(work) {
        server.forget(number);
        full(format!("the system has no thread for a client: {error}"));
    }
}
