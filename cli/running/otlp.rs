//! Spans that go to a collector while a session runs. They are made of what the trace has, so that no message waits for it.

mod collector;
mod sender;

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use crate::fault::Fault;
use crate::terminal::write_stderr;
use crate::trace::follow::{Step, follow};
use crate::trace::trace_parent::TraceParent;
use collector::Collector;
pub use collector::endpoint;
use sender::{End, Sender, Sent};

/// How long sending may go on after the session.
const END_LIMIT: Duration = Duration::from_secs(5);
/// How long its thread may take beyond that to say what became of the spans.
const LAST_WORD: Duration = Duration::from_secs(2);

/// A thread that sends spans.
pub struct Export {
    shown: String,
    end: Arc<End>,
    sent: Receiver<Result<Sent, Fault>>,
}

impl Export {
    /// Sends what the file has and gets.
    pub fn start(url: &str, path: &Path, parent: Option<TraceParent>) -> Result<Self, Fault> {
        let collector = Collector::new(url);
        let end = Arc::new(End::default());
        let (tell, sent) = channel();
        let (path, of_thread) = (path.to_owned(), Arc::clone(&end));
        let work = move || {
            // Nobody listens any more where the time was over.
            let _late = tell.send(export(&path, Sender::new(collector, &of_thread, parent), &of_thread));
        };
        let spawned = std::thread::Builder::new().name("otlp".to_owned()).spawn(work);
        spawned.map_err(|error| {
            Fault::environment("rp::otlp::unsent", format!("spans cannot be sent: {error}"))
                .help_with(&error, "try again when the system has room for one more thread")
        })?;
        Ok(Self { shown: url.to_owned(), end, sent })
    }

    /// Sends what is left, for a while, and tells what the collector did not get. The session is as good as it was without it.
    pub fn finish(self) -> Result<(), Fault> {
        self.end.begin(END_LIMIT);
        let sent = match self.sent.recv_timeout(END_LIMIT + LAST_WORD) {
            Ok(sent) => sent?,
            Err(RecvTimeoutError::Timeout) => {
                let shown = &self.shown;
                write_stderr(&format!("warning: spans are missing: {shown} did not answer in time"));
                return Ok(());
            }
            Err(RecvTimeoutError::Disconnected) => {
                let text = "spans cannot be sent: their thread panicked";
                return Err(Fault::environment("rp::otlp::unsent", text));
            }
        };
        if let Some(why) = &sent.why {
            let Sent { spans, lost, .. } = sent;
            let shown = &self.shown;
            write_stderr(&format!("warning: {lost} of {spans} spans were not taken by {shown}: {why}"));
        }
        Ok(())
    }
}

fn export(path: &Path, mut sender: Sender<'_>, end: &End) -> Result<Sent, Fault> {
    // What was written before the end was known is read once more.
    let mut is_last = false;
    follow(path, |step| {
        sender.take(&step);
        let is_pause = matches!(step, Step::Pause);
        let goes_on = !(is_pause && is_last);
        is_last = is_last || (is_pause && end.has_begun());
        Ok(goes_on)
    })?;
    Ok(sender.finish())
}
