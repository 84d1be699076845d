//! From the lines of a trace to the events of a feed.

use std::sync::Arc;

use super::batches::Batches;
use super::feed::Feed;
use crate::fault::Fault;
use crate::trace::follow::Step;
use crate::trace::rotated::Run;

/// Takes the steps of a trace that is followed.
pub struct Reader {
    feed: Arc<Feed>,
    /// The most bytes that browsers are sent.
    most: usize,
    run: Option<Run>,
    batches: Batches,
    /// The messages so far.
    count: usize,
    is_full: bool,
}

impl Reader {
    /// Fills the feed, up to so many bytes.
    pub fn new(feed: Arc<Feed>, most: usize) -> Self {
        Self { feed, most, run: None, batches: Batches::new(None), count: 0, is_full: false }
    }

    /// Takes in what was read.
    pub fn take(&mut self, step: &Step<'_>) -> Result<(), Fault> {
        match step {
            Step::Head(line) => self.head(line),
            Step::Record(record, _) if !self.is_full => {
                self.count += 1;
                if self.batches.add(record) {
                    self.push();
                }
            }
            Step::Record(..) => {}
            Step::Pause => self.push(),
        }
        Ok(())
    }

    /// A run that follows another one in the same file begins a page of its own.
    fn head(&mut self, line: &[u8]) {
        let run = Run::read(line);
        if run == self.run {
            return;
        }
        if self.count > 0 {
            self.feed.begin_anew();
        }
        let feed = Arc::clone(&self.feed);
        *self = Self { run, ..Self::new(feed, self.most) };
        self.batches = Batches::new(self.run.as_ref().map(|run| run.origin_us));
    }

    fn push(&mut self) {
        let Some(event) = self.batches.take() else { return };
        if self.feed.push(event) <= self.most {
            return;
        }
        self.is_full = true;
        self.feed.end(&format!(
            "The page is full: these are the first {} messages. `rp trace list FILE --follow` shows those that come.",
            self.count
        ));
    }
}
