//! The file of metrics, which a collector reads while the command runs.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use rp_host::Host;

use crate::fault::Fault;
use crate::os;

/// A thread that replaces the file now and then.
pub struct MetricsFile {
    path: PathBuf,
    end: SyncSender<()>,
    thread: JoinHandle<io::Result<()>>,
}

impl MetricsFile {
    /// Writes the file, which must not be one of `inputs`, and then each `interval` anew.
    pub fn start(path: PathBuf, interval: Duration, inputs: &[PathBuf], host: Host) -> Result<Self, Fault> {
        let id = os::path_id(&path);
        if inputs.iter().any(|input| id.is_some() && os::path_id(input) == id) {
            let text = format!("the metrics would overwrite {}, which is an input", path.display());
            return Err(
                Fault::environment("rp::metrics::is_input", text).help("give --metrics a file of its own")
            );
        }
        write(&path, &host).map_err(|error| unwritable(&path, &error))?;
        let (end, ended) = sync_channel(1);
        let target = path.clone();
        let work = move || keep(&target, interval, &ended, &host);
        let thread = std::thread::Builder::new().name("metrics".to_owned()).spawn(work);
        let thread = thread.map_err(|error| unwritable(&path, &error))?;
        Ok(Self { path, end, thread })
    }

    /// Writes the file a last time. Fails with the first error of all.
    pub fn finish(self) -> Result<(), Fault> {
        // A thread that ended with an error hears nothing.
        let _ended = self.end.send(());
        let outcome = self.thread.join().unwrap_or_else(|_| Err(io::Error::other("their thread panicked")));
        outcome.map_err(|error| unwritable(&self.path, &error))
    }
}

fn keep(path: &Path, interval: Duration, ended: &Receiver<()>, host: &Host) -> io::Result<()> {
    let mut first = Ok(());
    loop {
        let is_last = ended.recv_timeout(interval) != Err(RecvTimeoutError::Timeout);
        // A full disk may have room again later.
        first = first.and(write(path, host));
        if is_last {
            return first;
        }
    }
}

/// Replaces the file as a whole, so that nobody reads a part.
fn write(path: &Path, host: &Host) -> io::Result<()> {
    let text = host.metrics().map(|metrics| metrics.to_openmetrics()).unwrap_or_default();
    let mut name = OsString::from(".");
    name.push(path.file_name().ok_or(io::ErrorKind::InvalidInput)?);
    name.push(format!(".{}", std::process::id()));
    let new = path.with_file_name(name);
    let written = fs::write(&new, text).and_then(|()| fs::rename(&new, path));
    if written.is_err() {
        // Whatever there is of it is of no use.
        let _gone = fs::remove_file(&new);
    }
    written
}

fn unwritable(path: &Path, error: &io::Error) -> Fault {
    Fault::environment(
        "rp::metrics::unwritable",
        format!("the metrics {} cannot be written: {error}", path.display()),
    )
    .help_with(error, "check that its folder is there, may be written to, and has room")
}
