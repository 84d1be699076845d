//! The suite's own reply: it grows as a check wants it to, and sees everything that rule 1 forbids.

use core::ffi::c_char;
use core::mem::size_of;
use std::collections::VecDeque;
use std::ptr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rp_host::abi::{RP_ERR_NO_MEMORY, RP_OK, rp_reply, rp_status};

/// Fills all memory that the module may not write, and what it has not written yet.
const POISON: u8 = 0xA5;
/// Poisoned bytes on both sides of the buffer.
const ZONE: usize = 256;
/// Replies of calls that returned, kept so that a module that asks one of them to grow is caught.
const RETIRED: usize = 32;

/// How a reply behaves.
#[derive(Clone, Debug)]
pub(crate) struct Growth {
    /// What the reply holds before the call.
    pub(crate) prefix: Vec<u8>,
    /// Room behind the prefix at the start.
    pub(crate) room: usize,
    /// Bytes given beyond those asked for.
    pub(crate) extra: usize,
    /// Whether `data` moves each time that `grow` is asked, even where there is room.
    pub(crate) moves: bool,
    /// The call of `grow` that fails, counted from 1; later ones fail too.
    pub(crate) fails_at: Option<usize>,
    /// The most bytes that the reply holds.
    pub(crate) limit: usize,
    /// Whether `data` is NULL as long as the capacity is 0.
    pub(crate) starts_null: bool,
    /// `struct_size` covers fields that this version does not know.
    pub(crate) is_newer: bool,
}

impl Default for Growth {
    fn default() -> Self {
        Growth {
            prefix: Vec::new(),
            room: 0,
            extra: 64,
            moves: false,
            fails_at: None,
            limit: usize::MAX,
            starts_null: false,
            is_newer: false,
        }
    }
}

/// What a module did to its reply that it may not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Misuse {
    /// A field that is the owner's was changed.
    Field(&'static str),
    /// `len` fell below what the call found.
    LenFell,
    /// `len` lies past the capacity.
    LenPastCapacity,
    /// What was in the reply before the call was changed.
    Prefix,
    /// Bytes outside the buffer were written.
    Outside,
    /// Fields that this version does not know were written.
    Trailer,
    /// `grow` or `send` was given another reply than the one that was passed.
    Copy,
    /// `grow` was asked after the call had returned.
    Late,
}

impl Misuse {
    /// What the loader of a sandboxed module compared, in the words of its error.
    pub(crate) fn of_field(name: &'static str) -> Self {
        if name.starts_with("len ") { Misuse::LenPastCapacity } else { Misuse::Field(name) }
    }
}

/// A reply and all that belongs to it.
#[repr(C)]
pub(crate) struct Probe {
    abi: rp_reply,
    trailer: [u64; 4],
    state: State,
}

// SAFETY: the pointers of a reply lead into its own buffer; one thread at a time uses it (rule 1).
unsafe impl Send for Probe {}

static RETIRED_PROBES: Mutex<VecDeque<Box<Probe>>> = Mutex::new(VecDeque::new());

fn retired() -> MutexGuard<'static, VecDeque<Box<Probe>>> {
    RETIRED_PROBES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether a reply was used after its call.
pub(crate) fn was_used_late() -> bool {
    retired().iter().any(|probe| probe.state.misuses.contains(&Misuse::Late))
}

struct State {
    growth: Growth,
    buffer: Buffer,
    grow_calls: usize,
    failed: usize,
    is_open: bool,
    misuses: Vec<Misuse>,
}

/// A buffer between two poisoned zones.
struct Buffer(Vec<u8>);

impl Buffer {
    fn new(capacity: usize) -> Self {
        Buffer(vec![POISON; capacity + 2 * ZONE])
    }

    fn capacity(&self) -> usize {
        self.0.len() - 2 * ZONE
    }

    fn data(&mut self) -> *mut c_char {
        self.0[ZONE..].as_mut_ptr().cast()
    }

    fn content(&self, len: usize) -> &[u8] {
        &self.0[ZONE..ZONE + len]
    }

    fn zones_are_whole(&self) -> bool {
        let (before, rest) = self.0.split_at(ZONE);
        let after = &rest[rest.len() - ZONE..];
        // As wholes, since it is asked at each growth, and a byte at a time is slow without an optimiser.
        before == [POISON; ZONE] && after == [POISON; ZONE]
    }
}

impl Probe {
    pub(crate) fn new(growth: Growth) -> Box<Probe> {
        let capacity = growth.prefix.len() + growth.room;
        let mut buffer = Buffer::new(capacity);
        buffer.0[ZONE..ZONE + growth.prefix.len()].copy_from_slice(&growth.prefix);
        let data = if capacity == 0 && growth.starts_null { ptr::null_mut() } else { buffer.data() };
        let size = if growth.is_newer { size_of::<rp_reply>() + 32 } else { size_of::<rp_reply>() };
        let mut probe = Box::new(Probe {
            abi: rp_reply {
                struct_size: size as u32,
                flags: 0,
                context: ptr::null_mut(),
                data,
                len: growth.prefix.len(),
                capacity,
                grow: Some(grow),
            },
            trailer: [u64::from_ne_bytes([POISON; 8]); 4],
            state: State { growth, buffer, grow_calls: 0, failed: 0, is_open: true, misuses: Vec::new() },
        });
        probe.abi.context = ptr::from_mut(&mut *probe).cast();
        probe
    }

    /// The reply that the module gets.
    pub(crate) fn as_ptr(&mut self) -> *mut rp_reply {
        ptr::from_mut(self).cast()
    }

    /// Calls of `grow` so far.
    pub(crate) fn grow_calls(&self) -> usize {
        self.state.grow_calls
    }

    /// Calls of `grow` that failed.
    pub(crate) fn failed(&self) -> usize {
        self.state.failed
    }

    /// Notes that the call returned; gives what it wrote behind the prefix.
    pub(crate) fn close(&mut self) -> Vec<u8> {
        self.inspect();
        self.state.is_open = false;
        let (start, end) = (self.state.growth.prefix.len(), self.abi.len.min(self.state.buffer.capacity()));
        self.state.buffer.content(end.max(start))[start..].to_vec()
    }

    /// All that was done to the reply that breaks the rules.
    pub(crate) fn misuses(&self) -> &[Misuse] {
        &self.state.misuses
    }

    /// Keeps the closed reply for a while, without a large buffer.
    pub(crate) fn retire(mut self: Box<Self>) {
        self.state.buffer = Buffer::new(0);
        let mut retired = retired();
        retired.push_back(self);
        if retired.len() > RETIRED {
            retired.pop_front();
        }
    }

    fn misuse(&mut self, misuse: Misuse) {
        if !self.state.misuses.contains(&misuse) {
            self.state.misuses.push(misuse);
        }
    }

    fn inspect(&mut self) {
        let state = &mut self.state;
        let capacity = state.buffer.capacity();
        let own_data = state.buffer.data();
        let is_data = ptr::eq(self.abi.data, own_data) || (capacity == 0 && self.abi.data.is_null());
        let size = self.abi.struct_size as usize - size_of::<rp_reply>();
        let prefix = &state.growth.prefix;
        let found = [
            (!is_data, Misuse::Field("data")),
            (self.abi.capacity != capacity, Misuse::Field("capacity")),
            (!ptr::eq(self.abi.context.cast(), ptr::from_ref(&self.abi)), Misuse::Field("context")),
            (self.abi.grow.map(|f| f as usize) != Some(grow as *const () as usize), Misuse::Field("grow")),
            (size != 0 && size != 32, Misuse::Field("struct_size")),
            (self.abi.flags != 0, Misuse::Field("flags")),
            (self.abi.len < prefix.len(), Misuse::LenFell),
            (self.abi.len > capacity, Misuse::LenPastCapacity),
            (state.buffer.content(prefix.len().min(capacity)) != prefix, Misuse::Prefix),
            (!state.buffer.zones_are_whole(), Misuse::Outside),
            (self.trailer.iter().any(|word| word.to_ne_bytes() != [POISON; 8]), Misuse::Trailer),
        ];
        for (_, misuse) in found.into_iter().filter(|(is_found, _)| *is_found) {
            self.misuse(misuse);
        }
    }

    fn enlarge(&mut self, additional: usize) -> rp_status {
        self.state.grow_calls += 1;
        if !self.state.is_open {
            self.misuse(Misuse::Late);
            return RP_ERR_NO_MEMORY;
        }
        self.inspect();
        let growth = &self.state.growth;
        let is_failing = growth.fails_at.is_some_and(|at| self.state.grow_calls >= at);
        let needed = self.abi.len.checked_add(additional).filter(|needed| *needed <= growth.limit);
        let (Some(needed), false) = (needed, is_failing) else {
            self.state.failed += 1;
            return RP_ERR_NO_MEMORY;
        };
        if needed > self.state.buffer.capacity() || growth.moves {
            let capacity = needed.saturating_add(growth.extra).min(growth.limit);
            self.relocate(capacity);
        }
        RP_OK
    }

    /// The old memory is poisoned before it goes, so that a stale pointer reads poison.
    fn relocate(&mut self, capacity: usize) {
        let state = &mut self.state;
        let len = self.abi.len.min(state.buffer.capacity());
        let mut fresh = Buffer::new(capacity.max(len));
        fresh.0[ZONE..ZONE + len].copy_from_slice(state.buffer.content(len));
        state.buffer.0.fill(POISON);
        state.buffer = fresh;
        self.abi.data = state.buffer.data();
        self.abi.capacity = state.buffer.capacity();
    }
}

unsafe extern "C" fn grow(reply: *mut rp_reply, additional: usize) -> rp_status {
    // SAFETY: whoever calls this holds a reply that a probe made, or a copy of one; the context of both is the probe,
    // which is never freed. One thread at a time uses a reply (rule 1).
    unsafe {
        let probe = (*reply).context.cast::<Probe>();
        if !ptr::eq(probe.cast(), reply) {
            (*probe).misuse(Misuse::Copy);
            return RP_ERR_NO_MEMORY;
        }
        (*probe).enlarge(additional)
    }
}

/// Notes it if a reply that is passed to `send` is a copy of a probe's.
///
/// # Safety
/// `reply` is a reply; a copy has the context of the probe's, which is never freed while the call lasts.
pub(crate) unsafe fn look_for_copy(reply: &rp_reply) {
    let is_probes = reply.grow.map(|f| f as usize) == Some(grow as *const () as usize);
    if is_probes && !ptr::eq(reply.context.cast(), reply) {
        // SAFETY: the caller knows where the context leads; one thread at a time uses a reply (rule 1).
        unsafe { (*reply.context.cast::<Probe>()).misuse(Misuse::Copy) }
    }
}

impl core::fmt::Display for Misuse {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Misuse::Field(field) => write!(f, "reply->{field} was changed"),
            Misuse::LenFell => f.write_str("reply->len fell below what the call found"),
            Misuse::LenPastCapacity => f.write_str("reply->len lies past reply->capacity"),
            Misuse::Prefix => f.write_str("bytes that were in the reply before the call were changed"),
            Misuse::Outside => f.write_str("bytes outside data .. data + capacity were written"),
            Misuse::Trailer => f.write_str("bytes behind rp_reply were written"),
            Misuse::Copy => f.write_str("grow or send was given a copy of the reply"),
            Misuse::Late => f.write_str("grow was asked after the call had returned"),
        }
    }
}
