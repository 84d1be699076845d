//! The trace file: one JSON object a line for every message with its response.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rp_host::TraceRecord;

use crate::fault::Fault;
use crate::files::{OutputFile, Refused};

/// An open trace file. Each record is written with one system call before its response is used, so that a killed process
/// loses no acknowledged record.
pub struct Trace {
    path: PathBuf,
    state: Mutex<State>,
}

struct State {
    file: File,
    failure: Option<io::Error>,
}

impl Trace {
    /// Opens the file and empties it. It must not be one of `inputs`, the files that the command reads.
    pub fn create(path: &Path, inputs: &[PathBuf]) -> Result<Arc<Self>, Fault> {
        let opened = OutputFile::open(path, inputs).and_then(|file| Ok(file.emptied()?));
        let file = opened.map_err(|refused| match refused {
            Refused::IsInput(_) => Fault::environment(
                "rp::trace::is_input",
                format!("the trace would overwrite {}, which is an input", path.display()),
            )
            .help("give --trace a file of its own"),
            Refused::System(error) => unwritable(path, &error),
        })?;
        Ok(Arc::new(Self { path: path.to_owned(), state: Mutex::new(State { file, failure: None }) }))
    }

    /// Writes one record. A failure is kept for `check`, since a message cannot be stopped here.
    pub fn write(&self, record: &TraceRecord<'_>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.failure.is_some() {
            return;
        }
        let written = serde_json::to_vec(record).map_err(io::Error::from).and_then(|mut line| {
            line.push(b'\n');
            state.file.write_all(&line)
        });
        state.failure = written.err();
    }

    /// The first failure to write, as an error.
    pub fn check(&self) -> Result<(), Fault> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match &state.failure {
            Some(error) => Err(unwritable(&self.path, error)),
            None => Ok(()),
        }
    }
}

fn unwritable(path: &Path, error: &io::Error) -> Fault {
    Fault::environment(
        "rp::trace::unwritable",
        format!("the trace {} cannot be written: {error}", path.display()),
    )
    .help_with(error, "check that its folder is there, may be written to, and has room")
}
