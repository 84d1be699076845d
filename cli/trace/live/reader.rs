//! From the lines of a trace to the events of a feed.

use std::sync::Arc;

use super::batches::Batches;
use super::feed::Feed;
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
    pub fn take(&mut self, step: &Step<'_>) {
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::trace::line::Record;
    use crate::trace::live::feed::{Next, Position};

    const HEAD: &str =
        r#"{"rp":"trace","version":2,"host":{"name":"rp","version":"1","pid":1},"origin_us":1,"modules":[]}"#;
    const LINE: &str = r#"{"time_us":1,"id":1,"cause":0,"from":"a","to":"b","type":"t","payload":"","outcome":"success","response":"","elapsed_ns":1}"#;

    fn head(reader: &mut Reader, text: &str) {
        reader.take(&Step::Head(text.as_bytes()));
    }

    fn record(reader: &mut Reader) {
        let record = Record::read(LINE.as_bytes()).expect("a record");
        reader.take(&Step::Record(&record, LINE.as_bytes()));
        reader.take(&Step::Pause);
    }

    /// The events from a position on, and how they end.
    fn read(feed: &Feed, mut position: Position) -> (usize, Next) {
        for count in 0.. {
            match feed.next(position, Duration::ZERO) {
                Next::Event(_, next) => position = next,
                other => return (count, other),
            }
        }
        unreachable!("a feed ends")
    }

    #[test]
    fn another_run_begins_anew_and_the_next_file_of_this_one_does_not() {
        let feed = Arc::new(Feed::default());
        let start = feed.start();
        let mut reader = Reader::new(Arc::clone(&feed), usize::MAX);
        for _ in 0..2 {
            head(&mut reader, HEAD);
            record(&mut reader);
        }
        assert!(matches!(read(&feed, start), (2, Next::Nothing)));
        head(&mut reader, &HEAD.replace(r#""pid":1"#, r#""pid":2"#));
        record(&mut reader);
        assert!(matches!(read(&feed, start), (0, Next::Anew)));
        assert!(matches!(read(&feed, feed.start()), (1, Next::Nothing)));
    }

    #[test]
    fn a_full_page_says_so_and_takes_no_more() {
        let feed = Arc::new(Feed::default());
        let mut reader = Reader::new(Arc::clone(&feed), 1);
        record(&mut reader);
        record(&mut reader);
        let (1, Next::End(why)) = read(&feed, feed.start()) else { panic!("it is full after one event") };
        assert!(why.contains("the first 1 messages"), "{why}");
    }
}
