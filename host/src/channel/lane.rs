//! What carries frames between one thread of the host and one of the worker.

use std::time::Instant;

use super::frame::Head;

/// One end of a lane. The thread that has it posts a frame, then waits for one: the ends take turns.
pub(crate) trait Lane: Send {
    /// Posts a frame whose body is `parts`, one after the other; `head.len` is set to their length.
    ///
    /// # Errors
    /// [`Broken::Late`] if the other end did not take all of it until then: the caller may post the same frame again, which goes
    /// on with it. After every other error, the lane is of no more use.
    fn post(&mut self, head: Head, parts: &[&[u8]], until: Option<Instant>) -> Result<(), Broken>;

    /// Waits for the next frame, and copies its body to where `place` says.
    ///
    /// # Errors
    /// [`Broken::Late`] if no whole frame came until then: the caller may wait again, with a place that has what was written into
    /// it. After every other error, the lane is of no more use.
    fn wait(&mut self, until: Option<Instant>, place: &mut dyn Place) -> Result<Head, Broken>;
}

/// Where the body of a frame goes.
pub(crate) trait Place {
    /// Room for exactly the `head.len` bytes of its body; `None` if it may not be that long. Asked for the same frame again, it
    /// gives the same room, with the bytes that were written into it.
    fn room(&mut self, head: &Head) -> Option<&mut [u8]>;
}

/// Why a lane did not carry a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    /// The time is over.
    Late,
    /// The other end is gone.
    Gone,
    /// What came is no frame, or its body is longer than [`Place`] allows; the text says what is wrong.
    NoFrame(&'static str),
}

/// A body in memory, at most so many bytes.
pub(crate) struct Body {
    pub(crate) bytes: Vec<u8>,
    pub(crate) limit: usize,
}

impl Place for Body {
    fn room(&mut self, head: &Head) -> Option<&mut [u8]> {
        let len = usize::try_from(head.len).ok().filter(|len| *len <= self.limit)?;
        // What is there already need not be zero: it is written over.
        self.bytes.resize(len, 0);
        Some(&mut self.bytes)
    }
}
