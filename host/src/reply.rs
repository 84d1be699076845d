//! The asker's buffer of a response, and its guard against a callee that breaks rule 1.

use core::ffi::c_char;
use core::mem::{offset_of, size_of};
use core::ptr;
use std::cell::RefCell;
use std::ops::{Deref, DerefMut};

use crate::abi::{RP_ERR_NO_MEMORY, RP_OK, rp_reply, rp_status};
use crate::error::CallFault;

/// Bytes that a reply may hold unless another limit is given: a 64 MiB payload and the response around it.
pub const DEFAULT_REPLY_LIMIT: usize = (64 << 20) + (64 << 10);

/// The buffer of a response: owned by the asker, reused from call to call.
///
/// A module writes straight into it. It grows when a response needs it and keeps what it has grown to, so calls that
/// reuse one reply do not allocate.
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
    /// First, so that `grow` finds the owner from the pointer that the module passes, whatever the module wrote inside.
    /// Between calls it is what a callee is to find, but for `len`.
    abi: rp_reply,
    storage: Vec<u8>,
    /// What `abi.capacity` must be: the room in `storage`, as far as the limit goes.
    capacity: usize,
    limit: usize,
    outcome: Growth,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Growth {
    Fine,
    Tampered(&'static str),
    LimitReached,
}

const _: () = assert!(offset_of!(Reply, abi) == 0);

// SAFETY: the raw pointers in `abi` are set by `begin` and point into `storage`; only the thread that holds the reply
// uses them, one at a time (rule 1).
unsafe impl Send for Reply {}
// SAFETY: nothing of a shared reply changes; reading it uses `storage` alone.
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
        };
        reply.refresh();
        reply
    }

    /// Makes room for `capacity` bytes, at most the limit, ahead of the first call.
    pub fn reserve(&mut self, capacity: usize) {
        self.storage.reserve_exact(capacity.min(self.limit).saturating_sub(self.storage.len()));
        self.refresh();
    }

    /// The bytes of the last response; empty where there was none.
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        &self.storage
    }

    /// The last response as text.
    ///
    /// # Errors
    /// Where the module wrote something that is not UTF-8.
    pub fn text(&self) -> Result<&str, core::str::Utf8Error> {
        core::str::from_utf8(&self.storage)
    }

    /// The most bytes that this reply holds.
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// Empties the reply; its memory stays for the next response.
    pub fn clear(&mut self) {
        self.storage.clear();
    }

    /// The bytes, for the host itself to write.
    pub(crate) fn storage_mut(&mut self) -> Storage<'_> {
        Storage(self)
    }

    /// Hands out what a callee gets: an empty reply.
    ///
    /// The pointer is derived from the whole reply, since `grow` comes back to the owner through it. Whoever begins also
    /// takes, finishes or abandons; until then the text of the last response is still there, and nobody sees it. What else
    /// a callee finds was set, or found unchanged, when the last call ended.
    #[inline]
    pub(crate) fn begin(&mut self) -> *mut rp_reply {
        self.abi.len = 0;
        let this: *mut Reply = self;
        this.cast()
    }

    /// Shows callees the room that there is now.
    fn refresh(&mut self) {
        self.abi.data = self.storage.as_mut_ptr().cast();
        self.capacity = self.storage.capacity().min(self.limit);
        self.abi.capacity = self.capacity;
    }

    /// Sets right what a callee may have touched and `begin` does not set.
    #[cold]
    fn restore(&mut self) {
        self.outcome = Growth::Fine;
        self.refresh();
        self.abi.context = ptr::null_mut();
        self.abi.grow = Some(grow);
    }

    /// Takes the response over where the callee did nothing but write it; false leaves the judgement to `finish`.
    #[inline]
    pub(crate) fn take_untouched(&mut self) -> bool {
        let fine = self.outcome == Growth::Fine && self.is_untouched();
        if fine {
            // SAFETY: `is_untouched` held len within the capacity, and rule 1 has the callee write the bytes below len.
            unsafe { self.storage.set_len(self.abi.len) };
        }
        fine
    }

    /// Takes the response over after the call, having compared everything that the callee may not touch.
    pub(crate) fn finish(&mut self, has_response: bool) -> Result<(), CallFault> {
        // What `grow` kept of a text that does not count, or counts no longer.
        self.storage.clear();
        let outcome = std::mem::replace(&mut self.outcome, Growth::Fine);
        let compared = match outcome {
            Growth::Tampered(field) => Err(field),
            _ => self.compare(),
        };
        if let Err(field) = compared {
            self.restore();
            return Err(CallFault::Tampered(field));
        }
        if has_response {
            // Also where the limit was reached: the callee coped, and answered with something shorter.
            // SAFETY: `compare` held len within the capacity, and rule 1 has the callee write the bytes below len.
            unsafe { self.storage.set_len(self.abi.len) };
        } else if outcome == Growth::LimitReached {
            return Err(CallFault::TooLarge { limit: self.limit });
        }
        Ok(())
    }

    /// Drops what a call left behind that has no response, and does not look at it.
    pub(crate) fn abandon(&mut self) {
        self.clear();
        self.restore();
    }

    fn compare(&self) -> Result<(), &'static str> {
        if self.is_untouched() { Ok(()) } else { Err(self.touched()) }
    }

    #[inline]
    fn is_untouched(&self) -> bool {
        let abi = &self.abi;
        ptr::eq(abi.data.cast(), self.storage.as_ptr())
            & (abi.capacity == self.capacity)
            & abi.context.is_null()
            & (abi.grow.map(|f| f as usize) == Some(grow as *const () as usize))
            & (abi.len <= abi.capacity)
    }

    #[cold]
    fn touched(&self) -> &'static str {
        let abi = &self.abi;
        if !ptr::eq(abi.data.cast(), self.storage.as_ptr()) {
            "data"
        } else if abi.capacity != self.capacity {
            "capacity"
        } else if !abi.context.is_null() {
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
        self.outcome = outcome;
        RP_ERR_NO_MEMORY
    }

    fn reallocate(&mut self, needed: usize) -> bool {
        let target = needed.max(self.storage.capacity().saturating_mul(2)).max(256).min(self.limit);
        // SAFETY: `compare` held len within the capacity; rule 1 has the callee write the bytes below len.
        unsafe { self.storage.set_len(self.abi.len) };
        if self.storage.try_reserve_exact(target - self.abi.len).is_err() {
            return false;
        }
        self.refresh();
        true
    }
}

/// A reply's bytes while the host writes them.
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
        self.0.refresh();
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

/// Memory of a reply that a thread keeps for the next call, in bytes; what grew larger is given back.
const KEPT: usize = 1 << 20;

thread_local! {
    static KEPT_REPLIES: RefCell<Vec<Reply>> = const { RefCell::new(Vec::new()) };
}

/// Lends a reply of this thread; nested work gets one each.
pub(crate) fn with_kept<R>(limit: usize, work: impl FnOnce(&mut Reply) -> R) -> R {
    let kept = KEPT_REPLIES.with(|replies| replies.borrow_mut().pop()).filter(|kept| kept.limit == limit);
    let mut reply = kept.unwrap_or_else(|| Reply::with_limit(limit));
    let result = work(&mut reply);
    reply.clear();
    if reply.storage.capacity() <= KEPT {
        KEPT_REPLIES.with(|replies| replies.borrow_mut().push(reply));
    }
    result
}

/// The `grow` of every reply that the host owns.
unsafe extern "C" fn grow(reply: *mut rp_reply, additional: usize) -> rp_status {
    if reply.is_null() {
        return RP_ERR_NO_MEMORY;
    }
    // SAFETY: rule 11: the callee passes the reply exactly as it was given, and `begin` made that pointer from a whole
    // `Reply`, which its owner does not touch while the call lasts; one thread at a time uses a reply (rule 1).
    let owner = unsafe { &mut *reply.cast::<Reply>() };
    owner.enlarge(additional)
}

/// The most bytes that a reply takes without being asked for more: the limit of one that the host owns, the room that any
/// other has left.
///
/// # Safety
/// `reply` is valid (rule 1).
#[cfg(feature = "wasm")]
pub(crate) unsafe fn limit_of(reply: *const rp_reply) -> usize {
    // SAFETY: the caller's promise.
    let asker = unsafe { &*reply };
    if asker.grow.map(|f| f as usize) != Some(grow as *const () as usize) {
        return asker.capacity.saturating_sub(asker.len);
    }
    // SAFETY: the host's own `grow` stands in a reply that `begin` made from a whole `Reply` alone. Only the limit is read,
    // which never changes.
    unsafe { (&raw const (*reply.cast::<Reply>()).limit).read() }
}

/// Appends to a reply that a module owns, by rule 1; answers the status for `send`.
///
/// # Safety
/// `reply` is a module's reply, valid and used by nobody else during the call (rules 1 and 3).
pub(crate) unsafe fn write_to_asker(reply: *mut rp_reply, bytes: &[u8]) -> rp_status {
    // SAFETY: the caller's promise.
    let asker = unsafe { &mut *reply };
    let Some(grow) = asker.grow else { return RP_ERR_NO_MEMORY };
    let room = |reply: &rp_reply| reply.capacity.saturating_sub(reply.len);
    if room(asker) < bytes.len() {
        // SAFETY: rule 1: the callee asks the owner's `grow` for room.
        let status = unsafe { grow(reply, bytes.len()) };
        // SAFETY: as above; `grow` may have changed the fields, so they are read again.
        let asker = unsafe { &*reply };
        if status != RP_OK || room(asker) < bytes.len() {
            return RP_ERR_NO_MEMORY;
        }
    }
    if !bytes.is_empty() {
        // SAFETY: `room` holds the bytes behind data + len, which the asker owns (rule 1); the source is the host's.
        unsafe {
            let asker = &mut *reply;
            ptr::copy_nonoverlapping(bytes.as_ptr().cast::<c_char>(), asker.data.add(asker.len), bytes.len());
            asker.len += bytes.len();
        }
    }
    RP_OK
}
