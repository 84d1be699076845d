//! A lane over shared memory: each end has a word and a ring, which it alone writes.

use std::time::{Duration, Instant};

use super::frame::Head;
use super::lane::{Broken, Lane, Place};
use super::memory::{Memory, Number, Word};
use super::ring::{Incoming, Outgoing};
use super::wait::End;

/// The time in which a long frame has to be whole once it has begun; a short one is whole when it is posted.
const WHOLE: Duration = Duration::from_secs(10);

/// One end of a lane over memory.
pub(crate) struct SharedLane<M> {
    end: End<M>,
    outgoing: Outgoing,
    incoming: Incoming,
    /// Why it is of no more use.
    broken: Option<Broken>,
    began: Instant,
    pub(super) whole: Duration,
}

impl<M: Memory> SharedLane<M> {
    /// A lane that nothing went through yet.
    pub(crate) fn new(memory: M) -> Self {
        SharedLane {
            end: End::new(memory),
            outgoing: Outgoing::default(),
            incoming: Incoming::default(),
            broken: None,
            began: Instant::now(),
            whole: WHOLE,
        }
    }

    /// The memory under it.
    pub(crate) fn memory(&self) -> &M {
        &self.end.memory
    }

    fn check(&self) -> Result<(), Broken> {
        self.broken.map_or(Ok(()), Err)
    }

    fn keep<R>(&mut self, result: Result<R, Broken>) -> Result<R, Broken> {
        self.broken = result.as_ref().err().copied();
        result
    }

    fn send(&mut self, head: Head, parts: &[&[u8]], until: Option<Instant>) -> Result<(), Broken> {
        self.outgoing.begin(&self.end)?;
        let memory = &self.end.memory;
        memory.put_head(&head.to_bytes());
        memory.mine(Number::Cpu).set(memory.this_cpu());
        self.incoming.acknowledge(&self.end);
        for part in parts {
            self.outgoing.write(&mut self.end, part, until)?;
        }
        self.outgoing.finish(&self.end);
        Ok(())
    }

    /// The frame that was posted.
    fn receive(&mut self, until: Option<Instant>, place: &mut dyn Place) -> Result<Head, Broken> {
        let head = Head::from_bytes(&self.end.memory.head());
        let head = head.ok_or(Broken::NoFrame("a frame of no known kind"))?;
        let body = place.room(&head).filter(|room| room.len() as u64 == head.len);
        let body = body.ok_or(Broken::NoFrame("a frame that is too long"))?;
        let is_long = body.len() > M::PIECE as usize;
        // Who waits without an end trusts the other end.
        let until = until.map(|_| if is_long { Instant::now() + self.whole } else { self.began });
        match self.incoming.read(&mut self.end, body, until) {
            Ok(()) => Ok(head),
            Err(Broken::Late) => Err(Broken::NoFrame("a frame that does not end")),
            Err(broken) => Err(broken),
        }
    }
}

impl<M: Memory> Lane for SharedLane<M> {
    fn post(&mut self, head: Head, parts: &[&[u8]], until: Option<Instant>) -> Result<(), Broken> {
        self.check()?;
        let len = parts.iter().map(|part| part.len() as u64).sum();
        let sent = self.send(Head { len, ..head }, parts, until);
        self.keep(sent)
    }

    fn wait(&mut self, until: Option<Instant>, place: &mut dyn Place) -> Result<Head, Broken> {
        self.check()?;
        let next = self.incoming.next(&mut self.end, until);
        if next == Err(Broken::Late) {
            // Nothing of a frame came, so nothing is lost.
            return Err(Broken::Late);
        }
        let received = next.and_then(|()| self.receive(until, place));
        self.keep(received)
    }
}
