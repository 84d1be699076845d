//! What an embedder observes, and what it provides in place of the system: sinks, clock, random bytes.

use std::sync::Arc;
use std::time::Instant;

use crate::error::ServiceError;
use crate::observe::log::{Level, LogRecord};
use crate::observe::playback::Playback;
use crate::observe::progress::Progress;
use crate::observe::recorder::{HasFailed, Recorder};
use crate::observe::redact::Redaction;
use crate::observe::trace::TraceRecord;
use crate::observe::worker::WorkerEvent;
use crate::platform::clock::{system_now_us, system_random};

type TraceSink = Box<dyn Fn(&TraceRecord<'_>) + Send + Sync>;
type LogSink = Box<dyn Fn(&LogRecord<'_>) + Send + Sync>;
type ProgressSink = Box<dyn Fn(&Progress<'_>) + Send + Sync>;
type WorkerSink = Box<dyn Fn(&WorkerEvent<'_>) + Send + Sync>;
type Clock = Box<dyn Fn() -> i64 + Send + Sync>;
type Random = Box<dyn Fn(&mut [u8]) + Send + Sync>;

/// The name of the host in its log and its trace; no instance has it.
pub const HOST_NAME: &str = "host";

/// What the embedder of a host provided; all of it is optional.
#[derive(Default)]
pub(crate) struct Observers {
    pub(crate) trace: Option<TraceSink>,
    /// What the trace does not show.
    pub(crate) redaction: Redaction,
    /// Where the times of the trace begin.
    pub(crate) origin: Origin,
    /// Writes a recording, which is a trace too.
    pub(crate) recorder: Option<Recorder>,
    /// Answers what instances ask, in place of the host.
    pub(crate) playback: Option<Arc<dyn Playback>>,
    pub(crate) log: Option<LogSink>,
    pub(crate) progress: Option<ProgressSink>,
    pub(crate) worker: Option<WorkerSink>,
    /// Whether the calls of each instance are counted.
    pub(crate) is_counting: bool,
    /// Whether messages are counted by type and name.
    pub(crate) has_metrics: bool,
    /// Whether each call is a span of `tracing`.
    #[cfg(feature = "tracing")]
    pub(crate) has_spans: bool,
    pub(crate) clock: Option<Clock>,
    pub(crate) random: Option<Random>,
}

/// When a host's builder was made.
pub(crate) struct Origin(pub(crate) Instant);

impl Default for Origin {
    fn default() -> Self {
        Origin(Instant::now())
    }
}

impl Observers {
    pub(crate) fn is_traced(&self) -> bool {
        self.trace.is_some() || self.recorder.is_some()
    }

    /// Whether anything has to be done for each call, so that all take the full path.
    pub(crate) fn is_watching(&self) -> bool {
        #[cfg(feature = "tracing")]
        if self.has_spans {
            return true;
        }
        self.is_traced() || self.is_counting || self.has_metrics
    }

    pub(crate) fn record(&self, record: &TraceRecord<'_>) {
        if let Some(trace) = &self.trace {
            trace(record);
        }
        self.write(|recorder| recorder.record(record));
    }

    /// Lets the recorder write something, if there is one; the log tells of the first failure.
    pub(crate) fn write(&self, what: impl FnOnce(&Recorder) -> HasFailed) {
        if let Some(recorder) = &self.recorder
            && let HasFailed(true) = what(recorder)
        {
            let error = recorder.failure().map_or_else(String::new, |error| error.to_string());
            self.log_own(
                Level::Error,
                &format!("the recording ends here, since it cannot be written: {error}"),
            );
        }
    }

    pub(crate) fn log(&self, record: &LogRecord<'_>) {
        #[cfg(feature = "tracing")]
        record.emit();
        if let Some(log) = &self.log {
            log(record);
        }
    }

    /// Logs a line of the host's own.
    pub(crate) fn log_own(&self, level: Level, text: &str) {
        self.log(&LogRecord { instance: HOST_NAME, module: HOST_NAME, message_id: 0, cause: 0, level, text });
    }

    pub(crate) fn progress(
        &self,
        instance: &str,
        message_id: u64,
        event: &rp_protocol::Event<'_>,
    ) -> Result<(), ServiceError> {
        let progress = Progress::read(instance, message_id, event)?;
        if let Some(sink) = &self.progress {
            sink(&progress);
        }
        Ok(())
    }

    pub(crate) fn worker(&self, event: &WorkerEvent<'_>) {
        if let Some(sink) = &self.worker {
            sink(event);
        }
    }

    /// UTC, in microseconds since 1970.
    pub(crate) fn now_us(&self) -> i64 {
        self.clock.as_ref().map_or_else(system_now_us, |clock| clock())
    }

    pub(crate) fn random(&self, bytes: &mut [u8]) {
        match &self.random {
            Some(random) => random(bytes),
            None => system_random(bytes),
        }
    }
}
