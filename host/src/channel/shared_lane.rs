//! A lane over shared memory: each end has a word and a ring, which it alone writes.

use std::time::{Duration, Instant};

use super::frame::Head;
use super::lane::{Broken, Lane, Place};
use super::memory::{Memory, Number, Word};
use super::ring::{Incoming, Outgoing};
use super::wait::End;

/// What an end that has begun a long frame has at least to bring it to its end.
const FRAME_TIME: Duration = Duration::from_secs(1);

/// One end of a lane over memory.
pub(crate) struct SharedLane<M> {
    end: End<M>,
    outgoing: Outgoing,
    incoming: Incoming,
    /// Why it is of no more use.
    broken: Option<Broken>,
}

impl<M: Memory> SharedLane<M> {
    /// A lane that nothing went through yet.
    pub(crate) fn new(memory: M) -> Self {
        SharedLane {
            end: End::new(memory),
            outgoing: Outgoing::default(),
            incoming: Incoming::default(),
            broken: None,
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
        let head = head.ok_or(Broken::NoFrame("a frame of an unknown kind"))?;
        let body = place.room(&head).filter(|room| room.len() as u64 == head.len);
        let body = body.ok_or(Broken::NoFrame("a frame that is too long"))?;
        let is_long = body.len() > M::PIECE as usize;
        let until = until.map(|until| if is_long { until.max(Instant::now() + FRAME_TIME) } else { until });
        self.incoming.read(&mut self.end, body, until)?;
        Ok(head)
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
