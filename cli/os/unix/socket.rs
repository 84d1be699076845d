//! Unix sockets.

use std::fs::{self, Metadata};
use std::io::{self, ErrorKind};
use std::net::Shutdown;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

use super::far_end::FarEnd;
use crate::os::terms::{Ending, Ends, Unbound};

/// A socket that listens.
pub struct Listener {
    path: PathBuf,
    listener: UnixListener,
    /// Device and number of the file.
    place: (u64, u64),
}

impl Listener {
    /// Makes the socket, to which only this user may connect. The file that a killed process left is replaced.
    pub fn bind(path: &Path) -> Result<Self, Unbound> {
        make_way(path)?;
        let listener = for_this_user(|| UnixListener::bind(path))?;
        let found = fs::symlink_metadata(path)?;
        Ok(Listener { path: path.to_owned(), listener, place: place(&found) })
    }

    /// Waits for the next client.
    pub fn accept(&self) -> io::Result<Stream> {
        self.listener.accept().map(|(stream, _)| Stream(stream))
    }

    /// Removes its file, but not one that somebody else has made in its place.
    pub fn remove(&self) {
        if fs::symlink_metadata(&self.path).is_ok_and(|found| place(&found) == self.place) {
            // At the end of the process, nobody is left to tell.
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn place(found: &Metadata) -> (u64, u64) {
    (found.dev(), found.ino())
}

/// Removes the socket of a process that is gone.
fn make_way(path: &Path) -> Result<(), Unbound> {
    let found = match fs::symlink_metadata(path) {
        Ok(found) => found,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    if !found.file_type().is_socket() {
        return Err(io::Error::new(ErrorKind::AlreadyExists, "there is a file of that name").into());
    }
    match UnixStream::connect(path) {
        Ok(_) => Err(Unbound::InUse),
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => Ok(fs::remove_file(path)?),
        Err(error) => Err(error.into()),
    }
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

/// The connection of a client.
pub struct Stream(UnixStream);

impl Stream {
    /// Both directions.
    pub fn ends(&self) -> io::Result<Ends<FarEnd>> {
        let far_end = FarEnd::new(self.0.try_clone()?.into());
        let (input, output) = (self.0.try_clone()?, self.0.try_clone()?);
        Ok(Ends { input: Box::new(input), output: Box::new(output), far_end: Some(far_end) })
    }

    /// Ends it, also for those who are reading or writing at the moment.
    pub fn end(&self, ending: Ending) {
        let how = if ending == Ending::Whole { Shutdown::Both } else { Shutdown::Read };
        // It fails where the client has ended it already.
        let _ = self.0.shutdown(how);
    }
}
