//! Writes a recording: a trace, and beside each message what it takes to play it again.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_core::Serialize;

use crate::error::ServiceError;
use crate::observe::given::Given;
use crate::observe::trace::TraceRecord;
use crate::observe::trace_form::{CreatedLine, TraceHead, UnansweredLine, UnplacedLine};

/// The longest line whose memory is kept for the next one, in bytes.
const KEPT: usize = 1 << 20;

thread_local! {
    /// The memory of the line that this thread writes.
    static LINE: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// A recording that is being written.
///
/// Each line is handed to the sink at once and whole, so that a process that is killed leaves every answered message.
pub(crate) struct Recorder(Mutex<State>);

struct State {
    sink: Box<dyn Write + Send>,
    /// What instances got for the messages that they handle now, and in `create`.
    at_work: HashMap<u64, Given>,
    /// How many entries into modules there were.
    turns: u64,
    /// What was noted already as impossible to place.
    unplaced: HashSet<(String, &'static str)>,
    failure: Option<io::Error>,
}

/// Whether this was the first line that could not be written.
#[must_use]
pub(crate) struct HasFailed(pub(crate) bool);

impl Recorder {
    /// Begins a recording.
    pub(crate) fn begin(sink: Box<dyn Write + Send>, head: &TraceHead) -> Self {
        let state =
            State { sink, at_work: HashMap::new(), turns: 0, unplaced: HashSet::new(), failure: None };
        let recorder = Recorder(Mutex::new(state));
        let HasFailed(_told_by_check) = recorder.other(head);
        recorder
    }

    /// A module is entered for this message, or with this number for `create`.
    pub(crate) fn enter(&self, id: u64) {
        let mut state = self.lock();
        state.turns += 1;
        let given = Given::at(state.turns);
        state.at_work.insert(id, given);
    }

    /// `create` failed, so nothing is left to tell of it.
    pub(crate) fn forget(&self, id: u64) {
        self.lock().at_work.remove(&id);
    }

    /// Notes what an instance got for a message; answers whether it handles that message.
    pub(crate) fn give(&self, id: u64, note: impl FnOnce(&mut Given)) -> bool {
        self.lock().at_work.get_mut(&id).map(note).is_some()
    }

    /// Notes what a thread did that handles no message, once.
    pub(crate) fn unplaced(&self, instance: &str, what: &'static str) -> HasFailed {
        if !self.lock().unplaced.insert((instance.to_owned(), what)) {
            return HasFailed(false);
        }
        self.other(&UnplacedLine { instance, what })
    }

    /// Writes which module an instance is of, and what it got in `create`, which was entered as `id`.
    pub(crate) fn created(&self, id: u64, created: &CreatedLine<'_>) -> HasFailed {
        self.write(created, Some(id))
    }

    /// Writes a message with its response.
    pub(crate) fn record(&self, record: &TraceRecord<'_>) -> HasFailed {
        self.write(record, Some(record.id))
    }

    /// Writes what the sender of a message got in place of a response; `None`: that its answer was no longer wanted.
    pub(crate) fn unanswered(&self, id: u64, refusal: Option<&ServiceError>) -> HasFailed {
        let (code, error) = (refusal.map(ServiceError::code), refusal.map(ServiceError::text));
        self.other(&UnansweredLine { id, code, error })
    }

    /// The first failure to write, which ended the recording.
    pub(crate) fn failure(&self) -> Option<io::Error> {
        self.lock().failure.as_ref().map(|error| io::Error::new(error.kind(), error.to_string()))
    }

    fn other(&self, line: &impl Serialize) -> HasFailed {
        self.write(line, None)
    }

    /// Writes an object as a line, with what was given for the message of that id.
    fn write(&self, object: &impl Serialize, id: Option<u64>) -> HasFailed {
        let mut line = LINE.take();
        line.clear();
        // Texts and numbers can be written as JSON, and memory takes them.
        let written = rp_protocol::to_writer(&mut line, object);
        debug_assert!(written.is_ok());
        self.append(line, id)
    }

    fn append(&self, mut line: Vec<u8>, id: Option<u64>) -> HasFailed {
        let mut state = self.lock();
        if let Some(id) = id {
            state.finish(id, &mut line);
        }
        line.push(b'\n');
        let failed = state.write(&line);
        drop(state);
        if line.capacity() <= KEPT {
            LINE.set(line);
        }
        failed
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Adds what was given for a message, if a module handled it, to its line.
    fn finish(&mut self, id: u64, line: &mut Vec<u8>) {
        if let Some(given) = self.at_work.remove(&id) {
            line.pop();
            given.write(line);
            line.push(b'}');
        }
    }

    fn write(&mut self, line: &[u8]) -> HasFailed {
        if self.failure.is_some() {
            return HasFailed(false);
        }
        self.failure = self.sink.write_all(line).and_then(|()| self.sink.flush()).err();
        HasFailed(self.failure.is_some())
    }
}
