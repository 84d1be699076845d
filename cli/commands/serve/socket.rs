//! Many clients at a Unix socket.

use std::fs::{self, Metadata};
use std::io::{self, ErrorKind};
use std::net::Shutdown;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::answer::{self, ErrorLine};
use super::client::{Client, Ending};
use super::server::{Connection, Server};
use super::watch::watch;
use crate::fault::Fault;

/// A socket that listens; dropping it removes its file.
pub struct Socket {
    path: PathBuf,
    listener: UnixListener,
    /// Device and number of the file.
    place: (u64, u64),
}

impl Socket {
    /// Makes the socket. The file that a killed `rp` left is replaced; one where somebody listens is refused.
    pub fn bind(path: &Path) -> Result<Self, Fault> {
        make_way(path)?;
        let listener = for_this_user(|| UnixListener::bind(path)).map_err(|error| unusable(path, &error))?;
        let found = fs::symlink_metadata(path).map_err(|error| unusable(path, &error))?;
        Ok(Socket { path: path.to_owned(), listener, place: place(&found) })
    }

    /// Takes in clients from now on, on a thread of its own.
    pub fn serve(&self, server: &Arc<Server>) -> Result<(), Fault> {
        let listener = self.listener.try_clone().map_err(|error| unusable(&self.path, &error))?;
        let server = Arc::clone(server);
        let accept = move || {
            for stream in listener.incoming() {
                match stream {
                    Ok(stream) => welcome(&server, stream),
                    // No more descriptors: it may get better when a client leaves.
                    Err(_) => std::thread::sleep(std::time::Duration::from_millis(50)),
                }
            }
        };
        let spawned = std::thread::Builder::new().name("accept".to_owned()).spawn(accept);
        spawned.map(drop).map_err(|error| unusable(&self.path, &error))
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        // Not one that somebody else has made in its place.
        if fs::symlink_metadata(&self.path).is_ok_and(|found| place(&found) == self.place) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn place(found: &Metadata) -> (u64, u64) {
    (found.dev(), found.ino())
}

/// Removes the socket of a process that is gone.
fn make_way(path: &Path) -> Result<(), Fault> {
    let found = match fs::symlink_metadata(path) {
        Ok(found) => found,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(unusable(path, &error)),
    };
    let shown = path.display();
    if !found.file_type().is_socket() {
        let text = format!("the socket {shown} cannot be made: there is a file of that name");
        return Err(Fault::environment("rp::serve::socket", text).help("give another path"));
    }
    match UnixStream::connect(path) {
        Ok(_) => Err(Fault::environment(
            "rp::serve::in_use",
            format!("somebody serves at the socket {shown} already"),
        )
        .help("stop that process, or give another path")),
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => {
            fs::remove_file(path).map_err(|error| unusable(path, &error))
        }
        Err(error) => Err(unusable(path, &error)),
    }
}

fn unusable(path: &Path, error: &io::Error) -> Fault {
    Fault::environment("rp::serve::socket", format!("the socket {} cannot be made: {error}", path.display()))
        .help_with(error, "give a path of less than 100 bytes in a folder that you may write to")
}

/// Does `bind` so that what it makes has rights for this user only, from its first moment on.
fn for_this_user<T>(bind: impl FnOnce() -> T) -> T {
    // SAFETY: umask(2) cannot fail and touches no memory. It holds for the whole process, in which no module runs yet.
    let before = unsafe { libc::umask(0o177) };
    let bound = bind();
    // SAFETY: as above.
    unsafe { libc::umask(before) };
    bound
}

/// Serves a client on a thread of its own. A client for whom there is no room is told so.
fn welcome(server: &Arc<Server>, stream: UnixStream) {
    let Ok((client, far_end)) = client(server, &stream) else { return };
    let full = |text: String| {
        let line =
            ErrorLine::operator("rp::serve::full", text).help("try again when another client has left");
        client.write(&answer::error(None, &line));
        client.close();
    };
    let Some(number) = server.note(Arc::clone(&client) as Arc<dyn Connection>) else {
        return full(format!("{} clients are served already", server.limits.clients));
    };
    watch(&client, far_end);
    let (server_of_client, served) = (Arc::clone(server), Arc::clone(&client));
    let work = move || {
        served.serve(stream);
        served.close();
        server_of_client.forget(number);
    };
    if let Err(error) = std::thread::Builder::new().name("client".to_owned()).spawn(work) {
        server.forget(number);
        full(format!("the system has no thread for a client: {error}"));
    }
}

/// The client of a connection, and the descriptor by which its leaving is noticed.
fn client(server: &Arc<Server>, stream: &UnixStream) -> io::Result<(Arc<Client>, OwnedFd)> {
    let (out, end, far_end) = (stream.try_clone()?, stream.try_clone()?, stream.try_clone()?);
    let client = Client::new(server, Box::new(out), move |ending| {
        let how = if ending == Ending::Whole { Shutdown::Both } else { Shutdown::Read };
        // It fails where the client has ended it already.
        let _ = end.shutdown(how);
    });
    Ok((client, far_end.into()))
}
