//! What the host keeps of an instance, beside its memory.

use core::ptr;
use std::time::Instant;

use super::engine::{Ended, Engine};
use super::rooms::{Allocator, Rooms};
use crate::abi::{rp_host, rp_reply};
use crate::error::CallFault;
use crate::limits::WasmLimits;

/// Travels with the engine's store, so that the host's functions find it.
pub(super) struct State<E: Engine> {
    /// What the host lends this instance. Who sends is known from here, never from a pointer that the guest passes.
    pub(super) lent: *const rp_host,
    /// The asker's reply to the message at hand; NULL between messages.
    pub(super) reply: *mut rp_reply,
    /// What the guest changed in that reply, where it may not.
    pub(super) tampered: Option<&'static str>,
    pub(super) clock: Clock,
    /// How deep calls from the host's functions into the guest nest at this moment.
    pub(super) calls_back: u32,
    pub(super) growth: Growth,
    /// Why a host function ended the guest's code, on its way through the engine.
    pub(super) ended: Option<Ended>,
    /// Set once the instance is there.
    pub(super) handles: Option<E::Handles>,
    /// The guest's own; set before the host asks it for room.
    pub(super) allocator: Option<Allocator<E>>,
    /// Set once the host has its room in the guest's memory.
    pub(super) rooms: Option<Rooms>,
}

// SAFETY: `lent` is valid for the life of the process and takes any thread; `reply` is set inside a call alone, on the
// thread that makes it.
unsafe impl<E: Engine> Send for State<E> {}

impl<E: Engine> State<E> {
    pub(super) fn new(lent: *const rp_host, limits: &WasmLimits) -> Self {
        State {
            lent,
            reply: ptr::null_mut(),
            tampered: None,
            calls_back: 0,
            clock: Clock { limit: *limits, started: None },
            growth: Growth { limits: *limits, denied: None },
            ended: None,
            handles: None,
            allocator: None,
            rooms: None,
        }
    }
}

/// The time of one call. It is read where a slice of work ends, so that short calls never read it.
pub(super) struct Clock {
    limit: WasmLimits,
    started: Option<Instant>,
}

impl Clock {
    pub(super) fn limit(&self) -> std::time::Duration {
        self.limit.call_time
    }

    pub(super) fn reset(&mut self) {
        self.started = None;
    }

    /// A slice of work is done: whether there is time for another one.
    #[cold]
    pub(super) fn slice_ended(&mut self) -> Result<(), Ended> {
        let limit = self.limit.call_time;
        match self.started {
            None => {
                self.started = Some(Instant::now());
                Ok(())
            }
            Some(started) if started.elapsed() < limit => Ok(()),
            Some(_) => Err(CallFault::LimitTime { limit, frames: Vec::new() }.into()),
        }
    }

    /// What the time stands at while others work for the guest.
    pub(super) fn pause(&self) -> Option<Instant> {
        self.started.map(|_| Instant::now())
    }

    /// Goes on after a pause, which does not count.
    pub(super) fn go_on(&mut self, paused: Option<Instant>) {
        if let (Some(started), Some(paused)) = (self.started, paused) {
            self.started = started.checked_add(paused.elapsed());
        }
    }
}

/// How far memory, table and responses may grow.
pub(super) struct Growth {
    limits: WasmLimits,
    /// What was refused during the call at hand.
    denied: Option<Resource>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Resource {
    Memory,
    Table,
    Reply,
}

impl Growth {
    pub(super) fn reset(&mut self) {
        self.denied = None;
    }

    pub(super) fn allows_memory(&mut self, bytes: usize) -> bool {
        self.allows(Resource::Memory, bytes <= self.limits.memory)
    }

    pub(super) fn allows_table(&mut self, entries: usize) -> bool {
        self.allows(Resource::Table, entries <= self.limits.table)
    }

    pub(super) fn allows_reply(&mut self, bytes: usize) -> bool {
        self.allows(Resource::Reply, bytes <= self.limits.reply)
    }

    fn allows(&mut self, resource: Resource, fits: bool) -> bool {
        if !fits {
            self.denied = Some(resource);
        }
        fits
    }

    /// The limit that was reached during the call at hand.
    pub(super) fn reached(&self) -> Option<CallFault> {
        self.denied.map(|resource| match resource {
            Resource::Memory => CallFault::LimitMemory { limit: self.limits.memory },
            Resource::Table => CallFault::LimitTable { limit: self.limits.table },
            Resource::Reply => CallFault::LimitReply { limit: self.limits.reply },
        })
    }

    pub(super) fn stack(&self) -> usize {
        self.limits.stack
    }

    #[inline]
    pub(super) fn reply(&self) -> usize {
        self.limits.reply
    }
}
