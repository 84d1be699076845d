//! Batches of spans, sent again where the collector asks for it.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::collector::{Collector, Outcome};
use crate::trace::follow::Step;
use crate::trace::otlp::spans::{Spans, request};
use crate::trace::rotated::Run;
use crate::trace::trace_parent::TraceParent;

/// The most spans of a request.
const BATCH: usize = 512;
/// How long spans wait for others.
const GATHER: Duration = Duration::from_secs(1);
/// How long is waited before a request is sent again, at first and at most.
const FIRST_WAIT: Duration = Duration::from_millis(100);
const MOST_WAIT: Duration = Duration::from_secs(5);
/// The longest that a collector may make us wait.
const MOST_ASKED: Duration = Duration::from_secs(30);
/// The most roots that are remembered: an event may be handled long after its cause was answered.
const MOST_ROOTS: usize = 1 << 17;

/// When sending has to end.
#[derive(Default)]
pub struct End {
    at: Mutex<Option<Instant>>,
    begun: Condvar,
}

/// What became of the spans.
pub struct Sent {
    /// All of them.
    pub spans: u64,
    /// Those that nobody took.
    pub lost: u64,
    /// Why the last of those was not taken.
    pub why: Option<String>,
}

/// Sends what it is given.
pub struct Sender<'a> {
    collector: Collector,
    end: &'a End,
    parent: Option<TraceParent>,
    run: Option<Run>,
    spans: Spans,
    gathered: Instant,
    sent: Sent,
}

impl End {
    /// Sending has to end after this time.
    pub fn begin(&self, limit: Duration) {
        *self.at() = Instant::now().checked_add(limit);
        self.begun.notify_all();
    }

    /// Whether it was said.
    pub fn has_begun(&self) -> bool {
        self.at().is_some()
    }

    /// How long a request may take from now on; none where it is too late.
    fn left(&self) -> Option<Duration> {
        let left = self.at().map_or(Duration::MAX, |at| at.saturating_duration_since(Instant::now()));
        (!left.is_zero()).then_some(left)
    }

    /// Waits so long, but not beyond the end.
    fn wait(&self, long: Duration) {
        let until = Instant::now() + long;
        let mut at = self.at();
        loop {
            let until = at.map_or(until, |at| at.min(until));
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            at = self.begun.wait_timeout(at, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn at(&self) -> MutexGuard<'_, Option<Instant>> {
        self.at.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'a> Sender<'a> {
    /// Sends to a collector, until the end.
    pub fn new(collector: Collector, end: &'a End, parent: Option<TraceParent>) -> Self {
        let spans = Spans::new(None, parent, MOST_ROOTS);
        let sent = Sent { spans: 0, lost: 0, why: None };
        Self { collector, end, parent, run: None, spans, gathered: Instant::now(), sent }
    }

    /// Takes in what was read, and sends what is enough or has waited long enough.
    pub fn take(&mut self, step: &Step<'_>) {
        match step {
            Step::Head(line) => self.head(line),
            Step::Record(record, _) => {
                self.sent.spans += 1;
                self.spans.add(record);
                if self.spans.len() >= BATCH {
                    self.send();
                }
            }
            Step::Pause => {
                if self.gathered.elapsed() >= GATHER {
                    self.send();
                }
            }
        }
    }

    /// Each file that is rotated has the head of its run.
    fn head(&mut self, line: &[u8]) {
        let run = Run::read(line);
        if run != self.run {
            self.spans = Spans::new(run.as_ref(), self.parent, MOST_ROOTS);
            self.run = run;
        }
    }

    /// Sends the rest.
    pub fn finish(mut self) -> Sent {
        self.spans.finish();
        self.send();
        self.sent
    }

    fn send(&mut self) {
        self.gathered = Instant::now();
        while self.spans.len() > 0 {
            let spans = self.spans.take(BATCH);
            let count = spans.len() as u64;
            let (lost, why) = self.batch(request(spans).to_string().as_bytes(), count);
            self.sent.lost += lost;
            self.sent.why = why.or(self.sent.why.take());
        }
    }

    /// Sends until it is taken or refused, or until the end; answers how many spans were not taken, and why.
    fn batch(&self, request: &[u8], count: u64) -> (u64, Option<String>) {
        let mut wait = FIRST_WAIT;
        // Of spans that were never sent, what kept those before them waiting.
        let mut why = self.sent.why.clone().unwrap_or_else(|| "the session has ended".to_owned());
        while let Some(left) = self.end.left() {
            match self.collector.send(request, left) {
                Outcome::Taken(0, _) => return (0, None),
                Outcome::Taken(rejected, text) => {
                    return (
                        rejected.min(count),
                        Some(text.unwrap_or_else(|| "it gave no reason".to_owned())),
                    );
                }
                Outcome::Refused(text) => return (count, Some(text)),
                Outcome::Later(text, asked) => {
                    why = text;
                    self.end.wait(asked.map_or(wait, |asked| asked.min(MOST_ASKED)));
                    wait = (wait * 2).min(MOST_WAIT);
                }
            }
        }
        (count, Some(why))
    }
}
