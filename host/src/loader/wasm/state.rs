//! What the host keeps for an instance, beside its memory.

use core::ptr;
use std::time::{Duration, Instant};

use super::buffers::{Allocator, GuestBuffers};
use super::ended::Ended;
use crate::abi::rp_reply;
use crate::border::module::HostLink;
use crate::error::CallFault;
use crate::options::wasm_limits::WasmLimits;
use crate::platform::waited::waited;

/// Travels with the engine's store, so that the host's functions find it.
pub(super) struct State<Function, Handles> {
    /// The host functions of this instance; none for one that runs only to give its manifest. They say who sends: a pointer
    /// that the guest passes never does.
    pub(super) host: Option<HostLink>,
    /// The caller's reply to the current message; NULL between messages.
    pub(super) reply: *mut rp_reply,
    /// The capacity of that reply as the guest sees it.
    pub(super) capacity: u32,
    /// A field of that reply that the guest changed and may not change.
    pub(super) tampered: Option<&'static str>,
    pub(super) clock: Clock,
    /// How deep calls from the host's functions into the guest nest now.
    pub(super) calls_back: u32,
    pub(super) growth: Growth,
    /// Why a host function ended the guest's code, on its way through the engine.
    pub(super) ended: Option<Ended>,
    /// Set once the instance exists.
    pub(super) handles: Option<Handles>,
    /// The guest's own; set before the host asks it for memory.
    pub(super) allocator: Option<Allocator<Function>>,
    /// Set once they are allocated.
    pub(super) buffers: Option<GuestBuffers>,
}

// SAFETY: the functions of `host` may be called on any thread ([any-thread] in the header); `reply` is set only inside a
// call, on the thread that makes it.
unsafe impl<Function: Send, Handles: Send> Send for State<Function, Handles> {}

impl<Function, Handles> State<Function, Handles> {
    pub(super) fn new(host: Option<HostLink>, limits: &WasmLimits) -> Self {
        State {
            host,
            reply: ptr::null_mut(),
            capacity: 0,
            tampered: None,
            calls_back: 0,
            clock: Clock::new(limits.call_time),
            growth: Growth { limits: *limits, denied: None },
            ended: None,
            handles: None,
            allocator: None,
            buffers: None,
        }
    }

    /// The buffers, which every instance has before its first message.
    #[inline]
    pub(super) fn allocated(&self) -> Result<&GuestBuffers, Ended> {
        match &self.buffers {
            Some(buffers) => Ok(buffers),
            None => Err(CallFault::NoMemory.into()),
        }
    }

    /// Whether the guest may go on: it has time left, and its answer is wanted, or was until just now.
    pub(super) fn look_at_clock(&mut self) -> Result<(), Ended> {
        let now = Instant::now();
        if !self.clock.has_time(now, waited()) {
            return Err(CallFault::LimitTime { limit: self.clock.limit, frames: Vec::new() }.into());
        }
        match self.host.and_then(|host| (host.unwanted)(host.table)) {
            Some(fault) if !self.clock.has_grace(now) => Err(fault.into()),
            _ => Ok(()),
        }
    }
}

/// How long a guest may go on with a message whose answer is no longer wanted, so that one that polls `cancelled` can end in
/// its own way.
const GRACE: Duration = Duration::from_millis(200);

/// The time of one call. It is read when a slice of work or a host function ends, so short calls that use no host function
/// never read it.
pub(super) struct Clock {
    limit: Duration,
    /// When the clock was first read, plus the time that the guest has waited for others since.
    started: Option<Instant>,
    /// How long this thread had waited for others when the clock was last read.
    waited: Duration,
    /// When the guest was first found working on a message whose answer is no longer wanted.
    unwanted: Option<Instant>,
}

impl Clock {
    fn new(limit: Duration) -> Self {
        Clock { limit, started: None, waited: Duration::ZERO, unwanted: None }
    }

    pub(super) fn limit(&self) -> Duration {
        self.limit
    }

    #[inline]
    pub(super) fn reset(&mut self) {
        (self.started, self.unwanted) = (None, None);
    }

    fn has_time(&mut self, now: Instant, waited: Duration) -> bool {
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
    /// What was refused during the current call.
    denied: Option<Resource>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Resource {
    Memory,
    Table,
    Reply,
}

impl Growth {
    #[inline]
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

    /// The limit that was reached during the current call.
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
