//! What the host keeps of an instance, beside its memory.

use core::ptr;
use std::time::{Duration, Instant};

use super::engine::{Ended, Engine};
use super::rooms::{Allocator, Rooms};
use crate::abi::{rp_host, rp_reply};
use crate::border::module::HostLink;
use crate::error::CallFault;
use crate::options::wasm_limits::WasmLimits;
use crate::platform::waited::waited;

/// Travels with the engine's store, so that the host's functions find it.
pub(super) struct State<E: Engine> {
    /// What the host lends this instance; nothing to one that runs for its manifest alone. Who sends is known from here,
    /// never from a pointer that the guest passes.
    pub(super) lent: Option<&'static rp_host>,
    unwanted: Option<fn(&rp_host) -> Option<CallFault>>,
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

// SAFETY: the functions of `lent` take any thread ([any-thread] in the header); `reply` is set inside a call alone, on
// the thread that makes it.
unsafe impl<E: Engine> Send for State<E> {}

impl<E: Engine> State<E> {
    pub(super) fn new(host: Option<HostLink>, limits: &WasmLimits) -> Self {
        State {
            lent: host.map(|host| host.table),
            unwanted: host.map(|host| host.unwanted),
            reply: ptr::null_mut(),
            tampered: None,
            calls_back: 0,
            clock: Clock::new(limits.call_time),
            growth: Growth { limits: *limits, denied: None },
            ended: None,
            handles: None,
            allocator: None,
            rooms: None,
        }
    }

    /// Whether the guest may go on: it has time left, and its answer is wanted, or was until just now.
    pub(super) fn look_at_clock(&mut self) -> Result<(), Ended> {
        let now = Instant::now();
        if !self.clock.has_time(now) {
            return Err(CallFault::LimitTime { limit: self.clock.limit, frames: Vec::new() }.into());
        }
        match self.unwanted() {
            Some(fault) if !self.clock.has_grace(now) => Err(fault.into()),
            _ => Ok(()),
        }
    }

    /// Why the answer to the message at hand is no longer wanted, if so.
    fn unwanted(&self) -> Option<CallFault> {
        self.unwanted?(self.lent?)
    }
}

/// How long a guest may go on with a message that is no longer wanted, so that one that asks `cancelled` ends well.
const GRACE: Duration = Duration::from_millis(200);

/// The time of one call. It is read where a slice of work or a function of the host ends, so that short calls that ask
/// nothing of the host never read it.
pub(super) struct Clock {
    limit: Duration,
    /// When the clock was read first, moved on by what the guest waited for others since.
    started: Option<Instant>,
    /// What this thread had waited for others when the clock was read last.
    waited: Duration,
    /// When the guest was found at work on a message that is no longer wanted.
    unwanted: Option<Instant>,
}

impl Clock {
    fn new(limit: Duration) -> Self {
        Clock { limit, started: None, waited: Duration::ZERO, unwanted: None }
    }

    pub(super) fn limit(&self) -> Duration {
        self.limit
    }

    pub(super) fn reset(&mut self) {
        *self = Clock::new(self.limit);
    }

    fn has_time(&mut self, now: Instant) -> bool {
        let waited = waited();
        let since = waited.saturating_sub(self.waited);
        let started = self.started.and_then(|started| started.checked_add(since)).unwrap_or(now);
        (self.started, self.waited) = (Some(started), waited);
        now.saturating_duration_since(started) < self.limit
    }

    fn has_grace(&mut self, now: Instant) -> bool {
        let since = *self.unwanted.get_or_insert(now);
        now.saturating_duration_since(since) < GRACE
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
