//! A lane over shared memory: each end has a word and a ring, which it alone writes.

use std::time::Instant;

use super::frame::Head;
use super::lane::{Broken, Lane, Place};
use super::memory::{Memory, Number, Word};
use super::ring::{Incoming, Outgoing};
use super::wait::End;

/// One end of a lane over memory.
pub(crate) struct SharedLane<M> {
    end: End<M>,
    outgoing: Outgoing,
    incoming: Incoming,
    /// The frame of which not all has come.
    begun: Option<Head>,
    /// Why it is of no more use.
    broken: Option<Broken>,
    /// A time that is over.
    past: Instant,
}

impl<M: Memory> SharedLane<M> {
    /// A lane that nothing went through yet.
    pub(crate) fn new(memory: M) -> Self {
        SharedLane {
            end: End::new(memory),
            outgoing: Outgoing::default(),
            incoming: Incoming::default(),
            begun: None,
            broken: None,
            past: Instant::now(),
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
        if !self.outgoing.has_begun() {
            self.begin_posting(&head)?;
        }
        let mut done = self.outgoing.done();
        for part in parts {
            self.outgoing.write(&mut self.end, &part[done.min(part.len())..], until)?;
            done = done.saturating_sub(part.len());
        }
        self.outgoing.finish(&self.end);
        Ok(())
    }

    fn begin_posting(&mut self, head: &Head) -> Result<(), Broken> {
        self.outgoing.begin(&self.end)?;
        let memory = &self.end.memory;
        memory.put_head(&head.to_bytes());
        memory.mine(Number::Cpu).set(memory.this_cpu());
        self.incoming.acknowledge(&self.end);
        Ok(())
    }

    /// The head of the frame that is posted next, or has come in part.
    fn begin(&mut self, until: Option<Instant>) -> Result<Head, Broken> {
        if let Some(head) = self.begun {
            return Ok(head);
        }
        self.incoming.next(&mut self.end, until)?;
        let head = Head::from_bytes(&self.end.memory.head());
        self.begun = head;
        head.ok_or(Broken::NoFrame("a frame of no known kind"))
    }

    fn receive(&mut self, until: Option<Instant>, place: &mut dyn Place) -> Result<Head, Broken> {
        let head = self.begin(until)?;
        let body = place.room(&head).filter(|room| room.len() as u64 == head.len);
        let body = body.ok_or(Broken::NoFrame("a frame that is too long"))?;
        if body.len() > M::PIECE as usize {
            self.incoming.read(&mut self.end, body, until)?;
            return Ok(head);
        }
        // It is whole when it is posted. Who waits without an end trusts the other end.
        let read = self.incoming.read(&mut self.end, body, until.map(|_| self.past));
        read.map(|()| head).map_err(|broken| match broken {
            Broken::Late => Broken::NoFrame("a frame that does not end"),
            broken => broken,
        })
    }
}

impl<M: Memory> Lane for SharedLane<M> {
    fn post(&mut self, head: Head, parts: &[&[u8]], until: Option<Instant>) -> Result<(), Broken> {
        self.check()?;
        let len = parts.iter().map(|part| part.len() as u64).sum();
        let sent = self.send(Head { len, ..head }, parts, until);
        if sent == Err(Broken::Late) { sent } else { self.keep(sent) }
    }

    fn wait(&mut self, until: Option<Instant>, place: &mut dyn Place) -> Result<Head, Broken> {
        self.check()?;
        let received = self.receive(until, place);
        if received == Err(Broken::Late) {
            // What has come is kept, so nothing is lost.
            return received;
        }
        self.begun = None;
        self.keep(received)
    }
}
