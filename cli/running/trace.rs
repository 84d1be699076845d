//! The trace file: one JSON object a line for every message with its response.

mod file;
pub mod limit;
mod line;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rp_host::{Instance, TraceHead, TraceRecord};

use crate::fault::Fault;
use crate::files::{OutputFile, Refused};
use crate::trace::outer::Outer;
use crate::trace::rotated::numbered;
use crate::trace::trace_parent::TraceParent;
use file::TraceFile;
use limit::TraceLimits;

/// An open trace file. Each record is written with one system call before its response is used, so that a killed process
/// loses no acknowledged record; one that is compressed waits for its block.
pub struct Trace {
    path: PathBuf,
    limits: TraceLimits,
    parent: Option<TraceParent>,
    state: Mutex<State>,
}

struct State {
    file: TraceFile,
    head: TraceHead,
    failure: Option<io::Error>,
}

impl Trace {
    /// Opens the file, empties it and writes its head, with the span under which the messages stand. It must not be one of `inputs`, the files that the command reads.
    pub fn create(
        path: &Path,
        limits: TraceLimits,
        parent: Option<TraceParent>,
        inputs: &[PathBuf],
    ) -> Result<Arc<Self>, Fault> {
        refuse_other_compression(path)?;
        refuse_rotated_inputs(path, limits, inputs)?;
        let opened = OutputFile::open(path, inputs).and_then(|file| Ok(file.emptied()?));
        let file = opened.map_err(|refused| match refused {
            Refused::IsInput(_) => is_input(path),
            Refused::System(error) => unwritable(path, &error),
        })?;
        let file = TraceFile::new(path, file, limits);
        let mut state = State { file, head: line::head(parent), failure: None };
        state.begin().map_err(|error| unwritable(path, &error))?;
        Ok(Arc::new(Self { path: path.to_owned(), limits, parent, state: Mutex::new(state) }))
    }

    /// Where its messages stand in the trace of other programs.
    pub fn outer(&self) -> Option<Outer> {
        let TraceHead { origin_us, host, .. } = &self.state().head;
        // No clock of a system is before 1970.
        Some(Outer::new(self.parent?, u64::try_from(*origin_us).ok()?, host.pid))
    }

    /// Writes one record. A failure is kept for `check`, since a message cannot be stopped here.
    pub fn write(&self, record: &TraceRecord<'_>) {
        let line = line::record(record, self.limits.payload_bytes);
        self.state().write(line);
    }

    /// Writes which module an instance is of.
    pub fn loaded(&self, instance: &Instance) {
        let mut state = self.state();
        let line = line::add(&mut state.head, instance);
        state.write(line);
    }

    /// Writes what waits for its block.
    pub fn flush(&self) {
        let mut state = self.state();
        let flushed = state.file.flush();
        state.keep(flushed);
    }

    /// The first failure to write, as an error.
    pub fn check(&self) -> Result<(), Fault> {
        match &self.state().failure {
            Some(error) => Err(unwritable(&self.path, error)),
            None => Ok(()),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Trace {
    fn drop(&mut self) {
        self.flush();
    }
}

impl State {
    fn begin(&mut self) -> io::Result<()> {
        self.file.write(&line::line(&self.head)?)
    }

    fn write(&mut self, line: io::Result<Vec<u8>>) {
        if self.failure.is_none() {
            let written = line.and_then(|line| self.append(&line));
            self.keep(written);
        }
    }

    fn append(&mut self, line: &[u8]) -> io::Result<()> {
        if self.file.is_full(line) {
            self.file.rotate()?;
            self.begin()?;
        }
        self.file.write(line)
    }

    fn keep(&mut self, outcome: io::Result<()>) {
        self.failure = self.failure.take().or(outcome.err());
    }
}

fn refuse_other_compression(path: &Path) -> Result<(), Fault> {
    let is_zstd = path.extension().is_some_and(|extension| extension == "zst" || extension == "zstd");
    if !is_zstd {
        return Ok(());
    }
    let text = format!("the trace {} cannot be written: rp compresses with gzip only", path.display());
    Err(Fault::environment("rp::trace::unwritable", text).help("end its name with .gz, or compress it later"))
}

/// Rotation must overwrite no input either.
fn refuse_rotated_inputs(path: &Path, limits: TraceLimits, inputs: &[PathBuf]) -> Result<(), Fault> {
    let Some(kept) = limits.file_bytes.map(|_| limits.files) else { return Ok(()) };
    let same = |one: &Path, other: &Path| {
        crate::os::path_id(one).is_some_and(|id| crate::os::path_id(other) == Some(id))
    };
    let mut older = (1..kept).map(|number| numbered(path, number)).take_while(|one| one.exists());
    match older.find(|one| inputs.iter().any(|input| same(one, input))) {
        Some(input) => Err(is_input(&input)),
        None => Ok(()),
    }
}

fn is_input(path: &Path) -> Fault {
    Fault::environment(
        "rp::trace::is_input",
        format!("the trace would overwrite {}, which is an input", path.display()),
    )
    .help("give --trace a file of its own")
}

fn unwritable(path: &Path, error: &io::Error) -> Fault {
    Fault::environment(
        "rp::trace::unwritable",
        format!("the trace {} cannot be written: {error}", path.display()),
    )
    .help_with(error, "check that its folder is there, may be written to, and has room")
}
