//! Long work in steps: it can be cancelled, and tells how far it is.
use rp_protocol::members;

use crate::error::Error;
use crate::host::Host;

/// The steps of a long work; see [`Host::steps`].
pub struct Steps<'a> {
    host: Host,
    note: &'a str,
    done: u64,
    total: u64,
    is_over: bool,
}

impl Host {
    /// Counts through long work: every step asks whether the answer is still wanted, every hundredth part is reported
    /// as progress.
    ///
    /// ```
    /// # use rp_sdk::{Host, Result};
    /// fn read(host: Host, pages: &[String]) -> Result<usize> {
    ///     let mut words = 0;
    ///     for page in host.steps(pages.len() as u64, "reading") {
    ///         words += pages[page? as usize].split(' ').count();
    ///     }
    ///     Ok(words)
    /// }
    /// ```
    ///
    /// The item is the step's number from 0, or the error to pass on.
    pub fn steps<'a>(&self, total: u64, note: &'a str) -> Steps<'a> {
        Steps { host: *self, note, done: 0, total, is_over: false }
    }

    /// Reports how far the work is. Needs no grant.
    pub fn progress(&self, done: u64, total: u64, note: &str) -> Result<(), Error> {
        struct Progress<'a> {
            done: u64,
            total: u64,
            note: &'a str,
        }
        members! { writes Progress<'a> { required done, required total, required note } }
        self.emit_named("progress", &Progress { done, total, note })
    }
}

impl Steps<'_> {
    fn step(&mut self) -> Result<Option<u64>, Error> {
        if self.host.is_cancelled() {
            return Err(Error::cancelled());
        }
        let part = (self.total / 100).max(1);
        if self.done > 0 && (self.done.is_multiple_of(part) || self.done == self.total) {
            self.host.progress(self.done, self.total, self.note)?;
        }
        let step = self.done;
        self.done += 1;
        Ok((step < self.total).then_some(step))
    }
}

impl Iterator for Steps<'_> {
    type Item = Result<u64, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let step = self.step().transpose();
        self.is_over = !matches!(step, Some(Ok(_)));
        step
    }
}
