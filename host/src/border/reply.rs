//! The caller's buffer for a response, and its protection against a callee that breaks rule 1.

use core::mem::{MaybeUninit, offset_of, size_of};
use core::ptr;
use std::cell::RefCell;
use std::ops::{Deref, DerefMut};

use crate::abi::{RP_ERR_NO_MEMORY, RP_OK, rp_reply, rp_status};
use crate::border::frame::find_reply;
use crate::error::CallFault;

/// The default limit of a reply in bytes: a 64 MiB payload and the response around it.
pub const DEFAULT_REPLY_LIMIT: usize = (64 << 20) + (64 << 10);

/// The buffer for a response. The caller owns it and reuses it from call to call.
///
/// A module writes straight into it. It grows when a response needs more room and keeps its size, so calls that reuse one
/// reply do not allocate. A module never sees uninitialised memory in it: the buffer holds zeros or, if
/// [`Instance::call_raw`](crate::Instance::call_raw) fills a reply again, what earlier calls left there.
///
/// ```no_run
/// use rp_host::{Host, Message, Reply};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let host = Host::new();
/// let module = host.load("libtest_minimal.so")?;
/// let mut reply = Reply::with_limit(1 << 20);
/// for text in ["one", "two"] {
///     let payload = format!(r#"{{"name":"echo","args":{{"text":"{text}"}}}}"#);
///     module.call_raw(&Message::new("command", &payload), &mut reply)?;
///     println!("{}", reply.text()?);
/// }
/// # Ok(())
/// # }
/// ```
#[repr(C)]
pub struct Reply {
    /// First, so that `grow` finds the owner from the pointer that the module passes. Its context is its own address, which
    /// no copy has. Between calls every field but `len` and `context` holds what the next callee has to see.
    abi: rp_reply,
    storage: Vec<u8>,
    /// What `abi.capacity` must be: the part of `storage` that callees see. All of it is initialised.
    capacity: usize,
    limit: usize,
    outcome: Growth,
    /// What `abi.len` must be below: one more than `capacity`, or 0, which nothing is below, unless all growth was fine. So one
    /// comparison tells both.
    end: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Growth {
    Fine,
    Tampered(&'static str),
    LimitReached,
}

const _: () = assert!(offset_of!(Reply, abi) == 0);

// SAFETY: the raw pointers in `abi` lead only to this reply, and only the thread that holds it uses them (rule 1).
unsafe impl Send for Reply {}
// SAFETY: a shared reply never changes; reading it uses only `storage`.
unsafe impl Sync for Reply {}

impl Reply {
    /// An empty reply with the [default limit](DEFAULT_REPLY_LIMIT).
    pub fn new() -> Self {
        Self::with_limit(DEFAULT_REPLY_LIMIT)
    }

    /// An empty reply that never holds more than `limit` bytes.
    pub fn with_limit(limit: usize) -> Self {
        let mut reply = Reply {
            abi: rp_reply {
                struct_size: size_of::<rp_reply>() as u32,
                flags: 0,
                context: ptr::null_mut(),
                data: ptr::null_mut(),
                len: 0,
                capacity: 0,
                grow: Some(grow),
            },
            storage: Vec::new(),
            capacity: 0,
            limit,
            outcome: Growth::Fine,
            end: 1,
        };
        reply.show(0);
        reply
    }

    /// Allocates `capacity` bytes before the first call, but never more than the limit.
    pub fn reserve(&mut self, capacity: usize) {
        let seen = capacity.min(self.limit).max(self.capacity);
        self.storage.reserve_exact(seen.saturating_sub(self.storage.len()));
        self.zero(0, seen);
        self.show(seen);
    }

    /// The bytes of the last response; empty if there was none.
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        &self.storage
    }

    /// Whether [`with_nul`](Self::with_nul) does not allocate.
    #[doc(hidden)]
    #[inline]
    #[must_use]
    pub fn has_room_for_nul(&self) -> bool {
        self.storage.capacity() != self.storage.len()
    }

    /// The bytes of the last response and a NUL behind them, for C.
    #[inline]
    pub fn with_nul(&mut self) -> &[u8] {
        let len = self.storage.len();
        if !self.has_room_for_nul() {
            return self.with_room_and_nul();
        }
        // SAFETY: there is room behind the `len` bytes of the text.
        unsafe {
            self.storage.as_mut_ptr().add(len).write(0);
            core::slice::from_raw_parts(self.storage.as_ptr(), len + 1)
        }
    }

    #[cold]
    #[inline(never)]
    fn with_room_and_nul(&mut self) -> &[u8] {
        self.storage.reserve_exact(1);
        self.show(self.capacity);
        self.with_nul()
    }

    /// The last response as text.
    ///
    /// # Errors
    /// If the module wrote something that is not UTF-8.
    #[inline]
    pub fn text(&self) -> Result<&str, core::str::Utf8Error> {
        // Most text is ASCII, which is quicker to see.
        if self.storage.is_ascii() {
            // SAFETY: ASCII is UTF-8.
            return Ok(unsafe { core::str::from_utf8_unchecked(&self.storage) });
        }
        core::str::from_utf8(&self.storage)
    }

    /// The most bytes that this reply can hold.
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// Empties the reply and keeps its memory for the next response.
    pub fn clear(&mut self) {
        self.storage.clear();
    }

    /// Empties the reply for a callee that may not see what earlier calls left. The callee sees a small zeroed buffer, and `grow`
    /// zeroes what it adds.
    #[inline]
    pub(crate) fn wipe(&mut self) {
        let seen = self.capacity.min(self.storage.len().max(FIRST));
        self.storage.clear();
        // SAFETY: `seen` is at most `capacity`, which lies within the allocation; the storage holds no text now.
        unsafe { self.storage.as_mut_ptr().write_bytes(0, seen) };
        self.see(seen);
    }

    /// The bytes, for the host to write a response itself.
    pub(crate) fn storage_mut(&mut self) -> Storage<'_> {
        Storage(self)
    }

    /// Returns an empty reply for a callee.
    ///
    /// The pointer is derived from the whole reply, since `grow` gets back to the owner through it. Every `begin` must be paired
    /// with `take_untouched`, `finish` or `abandon`; until then the storage still holds the last response. Only `len` and
    /// `context` are set here: the other fields are still valid from the previous call.
    #[inline]
    pub(crate) fn begin(&mut self) -> *mut rp_reply {
        self.abi.len = 0;
        self.abi.context = ptr::from_mut(self).cast();
        ptr::from_mut(self).cast()
    }

    /// Lets callees see `capacity` bytes, all of them initialised.
    fn show(&mut self, capacity: usize) {
        self.abi.data = self.storage.as_mut_ptr().cast();
        self.see(capacity);
    }

    #[inline]
    fn see(&mut self, capacity: usize) {
        self.capacity = capacity;
        self.abi.capacity = capacity;
        self.end = self.end_of_len();
    }

    #[inline]
    fn end_of_len(&self) -> usize {
        if self.outcome == Growth::Fine { self.capacity + 1 } else { 0 }
    }

    fn note(&mut self, outcome: Growth) {
        self.outcome = outcome;
        self.end = self.end_of_len();
    }

    /// Writes zeros from byte `from` to byte `to` of the memory, except over the text.
    fn zero(&mut self, from: usize, to: usize) {
        let len = self.storage.len();
        let spare = self.storage.spare_capacity_mut();
        spare[from.max(len) - len..to.max(from).max(len) - len].fill(MaybeUninit::new(0));
    }

    /// Restores the fields that a callee may have changed and `begin` does not set.
    #[cold]
    fn restore(&mut self) {
        self.note(Growth::Fine);
        self.show(self.capacity);
        self.abi.grow = Some(grow);
    }

    /// Takes the response if the callee did nothing but write it. If this returns false, call `finish`.
    #[inline(always)]
    pub(crate) fn take_untouched(&mut self) -> bool {
        let fine = self.is_untouched(self.end);
        if fine {
            // SAFETY: `is_untouched` checked that len is below the end, and so at most the capacity, below which every byte is initialised.
            unsafe { self.storage.set_len(self.abi.len) };
        }
        fine
    }

    /// Takes the response after the call, once it has compared every field that the callee may not change.
    pub(crate) fn finish(&mut self, has_response: bool) -> Result<(), CallFault> {
        // `grow` may have kept a text here, which does not count.
        self.storage.clear();
        let outcome = self.outcome;
        self.note(Growth::Fine);
        let compared = match outcome {
            Growth::Tampered(field) => Err(field),
            _ => self.compare(),
        };
        if let Err(field) = compared {
            self.restore();
            return Err(CallFault::Tampered(field));
        }
        if has_response {
            // Even if the limit was reached: the callee may have answered with a shorter response.
            // SAFETY: `compare` checked that len is at most the capacity, below which every byte is initialised.
            unsafe { self.storage.set_len(self.abi.len) };
        } else if outcome == Growth::LimitReached {
            return Err(CallFault::TooLarge { limit: self.limit });
        }
        Ok(())
    }

    /// Drops what a call without a response left, without looking at it.
    pub(crate) fn abandon(&mut self) {
        self.clear();
        self.restore();
    }

    fn compare(&self) -> Result<(), &'static str> {
        if self.is_untouched(self.capacity + 1) { Ok(()) } else { Err(self.touched()) }
    }

    #[inline]
    fn is_untouched(&self, end: usize) -> bool {
        let abi = &self.abi;
        ptr::eq(abi.context.cast(), self)
            & ptr::eq(abi.data.cast(), self.storage.as_ptr())
            & (abi.capacity == self.capacity)
            & is_ours(abi.grow)
            & (abi.len < end)
    }

    #[cold]
    fn touched(&self) -> &'static str {
        let abi = &self.abi;
        if !ptr::eq(abi.data.cast(), self.storage.as_ptr()) {
            "data"
        } else if abi.capacity != self.capacity {
            "capacity"
        } else if !ptr::eq(abi.context.cast(), self) {
            "context"
        } else if abi.len > abi.capacity {
            "len (it lies past the capacity)"
        } else {
            "grow"
        }
    }

    fn enlarge(&mut self, additional: usize) -> rp_status {
        if let Err(field) = self.compare() {
            return self.refuse(Growth::Tampered(field));
        }
        let needed = self.abi.len.checked_add(additional).filter(|needed| *needed <= self.limit);
        let Some(needed) = needed else {
            return self.refuse(Growth::LimitReached);
        };
        if needed > self.abi.capacity && !self.reallocate(needed) {
            return RP_ERR_NO_MEMORY;
        }
        RP_OK
    }

    fn refuse(&mut self, outcome: Growth) -> rp_status {
        self.note(outcome);
        RP_ERR_NO_MEMORY
    }

    fn reallocate(&mut self, needed: usize) -> bool {
        let (seen, len) = (self.capacity, self.abi.len);
        let target = needed.max(seen.saturating_mul(2)).max(FIRST).min(self.limit);
        // SAFETY: `enlarge` compared len with the capacity, below which every byte is initialised.
        unsafe { self.storage.set_len(len) };
        let moves = target > self.storage.capacity();
        if self.storage.try_reserve_exact(target - len).is_err() {
            return false;
        }
        // Only the text is moved, so what is behind it has to be zeroed again.
        self.zero(if moves { len } else { seen }, target);
        self.show(target);
        true
    }
}

/// The bytes of a reply while the host writes them.
pub(crate) struct Storage<'a>(&'a mut Reply);

impl Deref for Storage<'_> {
    type Target = Vec<u8>;

    fn deref(&self) -> &Vec<u8> {
        &self.0.storage
    }
}

impl DerefMut for Storage<'_> {
    fn deref_mut(&mut self) -> &mut Vec<u8> {
        &mut self.0.storage
    }
}

impl Drop for Storage<'_> {
    fn drop(&mut self) {
        // The memory may have moved; all of the text is initialised.
        self.0.show(self.0.storage.len().min(self.0.limit));
    }
}

impl Default for Reply {
    fn default() -> Self {
        Self::new()
    }
}

impl core::fmt::Debug for Reply {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Reply").field("len", &self.storage.len()).field("limit", &self.limit).finish()
    }
}

/// The smallest capacity of a reply that has memory, in bytes.
const FIRST: usize = 128;
/// The largest reply that a thread keeps for the next call, in bytes; the memory of a larger one is freed.
const KEPT: usize = 1 << 20;

thread_local! {
    static KEPT_REPLIES: RefCell<Vec<Reply>> = const { RefCell::new(Vec::new()) };
}

/// Lends a wiped reply of this thread. Nested work gets a reply of its own.
#[inline]
pub(crate) fn with_kept<R>(limit: usize, work: impl FnOnce(&mut Reply) -> R) -> R {
    lend_kept(limit, |reply| {
        reply.wipe();
        work(reply)
    })
}

/// The same for a text that the host writes itself, and that no callee writes into: the reply is empty.
#[inline]
pub(crate) fn with_kept_text<R>(limit: usize, work: impl FnOnce(&mut Reply) -> R) -> R {
    lend_kept(limit, |reply| {
        reply.clear();
        work(reply)
    })
}

/// Lends a reply of this thread as it was left: by its length, `wipe` lets the next callee see as much as the last one wrote.
#[inline]
fn lend_kept<R>(limit: usize, work: impl FnOnce(&mut Reply) -> R) -> R {
    let kept = KEPT_REPLIES.with(|replies| replies.borrow_mut().pop()).filter(|kept| kept.limit == limit);
    let mut reply = kept.unwrap_or_else(|| Reply::with_limit(limit));
    let result = work(&mut reply);
    if reply.storage.capacity() <= KEPT {
        KEPT_REPLIES.with(|replies| replies.borrow_mut().push(reply));
    }
    result
}

/// The `grow` of every reply that the host owns. Never inlined, so that it has one address.
#[inline(never)]
unsafe extern "C" fn grow(reply: *mut rp_reply, additional: usize) -> rp_status {
    if reply.is_null() || !reply.is_aligned() {
        return RP_ERR_NO_MEMORY;
    }
    // SAFETY: only a reply of the host has this `grow`, so a module passes that reply or, against rule 11, a copy of it.
    // Both are an `rp_reply` (rule 1), and nothing past it is read.
    let context = unsafe { (*reply).context };
    if !ptr::eq(context.cast(), reply) {
        blame(reply, context.cast());
        return RP_ERR_NO_MEMORY;
    }
    // SAFETY: the context is its own address, so it is no copy, and `begin` made the pointer from a whole `Reply`. Its owner does
    // not touch it while the call lasts, and only one thread at a time uses a reply (rule 1).
    let owner = unsafe { &mut *reply.cast::<Reply>() };
    owner.enlarge(additional)
}

/// Fails the call of a reply that was changed or copied, if this thread is handling that call.
#[cold]
fn blame(reply: *const rp_reply, context: *const rp_reply) {
    let is_meant = |one: &*mut rp_reply| ptr::eq(*one, reply) || ptr::eq(*one, context);
    let Some(original) = find_reply(is_meant) else { return };
    let what = if ptr::eq(original, reply) { "context" } else { "place (it passed a copy, rule 11)" };
    // SAFETY: `begin` made the pointer of a frame from a whole `Reply`, whose owner waits for the frame's message, which
    // this thread is at work on.
    unsafe {
        let owner = original.cast::<Reply>();
        (*owner).outcome = Growth::Tampered(what);
        (*owner).end = 0;
    }
}

/// Whether this is a copy of a reply that the host owns.
///
/// # Safety
/// `reply` is valid (rule 1).
#[inline]
pub(crate) unsafe fn is_copy(reply: *const rp_reply) -> bool {
    // SAFETY: the caller promises a valid reply, of which only two fields are read.
    let (context, owner_grow) = unsafe { ((*reply).context, (*reply).grow) };
    let is_copy = is_ours(owner_grow) && !ptr::eq(context.cast(), reply);
    if is_copy {
        blame(reply, context.cast());
    }
    is_copy
}

/// The limit of a reply that the host owns; `None` if another party owns it.
///
/// # Safety
/// `reply` is valid (rule 1).
#[cfg(any(feature = "isolated", feature = "wasm"))]
pub(crate) unsafe fn limit_of(reply: *const rp_reply) -> Option<usize> {
    // SAFETY: the caller promises a valid reply, of which only two fields are read.
    let (context, owner_grow) = unsafe { ((*reply).context, (*reply).grow) };
    if !is_ours(owner_grow) || !ptr::eq(context.cast(), reply) {
        return None;
    }
    // SAFETY: only `Reply::with_limit` sets this `grow`, and the context is the reply's own address, so it is no copy but the
    // first field of a whole `Reply`. Only the limit is read, which never changes.
    Some(unsafe { (&raw const (*reply.cast::<Reply>()).limit).read() })
}

type Grow = unsafe extern "C" fn(*mut rp_reply, usize) -> rp_status;

/// Whether it is the host's `grow`. A linker merges only functions of equal code, so no other `grow` has this address.
#[inline]
fn is_ours(owner_grow: Option<Grow>) -> bool {
    owner_grow.map(|it| it as usize) == Some(grow as *const () as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lets a callee answer, and gives what it found in the memory that it could see.
    fn answer(reply: &mut Reply, len: usize) -> Vec<u8> {
        let raw = reply.begin();
        // SAFETY: the reply is lent to nobody else; rule 1: what `grow` gives is readable and writable.
        let found = unsafe {
            let first = core::slice::from_raw_parts((*raw).data.cast::<u8>(), (*raw).capacity).to_vec();
            assert_eq!(grow(raw, len), RP_OK);
            let grown = core::slice::from_raw_parts((*raw).data.cast::<u8>(), (*raw).capacity);
            let found = [&first, grown].concat();
            (*raw).data.cast::<u8>().write_bytes(b'x', len);
            (*raw).len = len;
            found
        };
        assert!(reply.take_untouched());
        found
    }

    #[test]
    fn a_kept_reply_shows_nothing_of_what_was_there_and_room_for_as_much() {
        let limit = 1 << 20;
        for (before, now) in [(0, 1), (1, 0), (127, 128), (5000, 300), (300, 5000), (129, 129), (4000, 4001)]
        {
            with_kept(limit, |reply| answer(reply, before));
            let mut found = with_kept(limit, |reply| {
                assert!((before..=before.max(FIRST)).contains(&reply.capacity), "{before}");
                answer(reply, now)
            });
            with_kept_text(limit, |reply| {
                assert!(reply.as_bytes().is_empty());
                reply.storage_mut().extend_from_slice(&vec![b'y'; before]);
            });
            found.extend(with_kept(limit, |reply| answer(reply, now)));
            assert!(found.iter().all(|byte| *byte == 0), "{before} {now}");
        }
    }
}
