//! What the host knows of the thread that it runs on: the chain of messages, their numbers, the room on the stack.

use std::cell::Cell;
use std::ptr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::abi::{rp_message, rp_reply};
use crate::calls::instance::InstanceState;
use crate::calls::slots::Slot;
use crate::error::CallFault;
use crate::platform::os;

/// Sends nest at most this deep (rule 5).
pub(crate) const MAX_DEPTH: u32 = 32;
/// Stack that a handler finds at least (rule 5), in bytes.
const HANDLER_STACK: usize = 256 << 10;
/// Numbers that a thread takes at a time, so that threads do not share a counter on the call path.
const ID_BLOCK: u64 = 1024;

/// One message that this thread is at work on; frames form a chain on the stack.
pub(crate) struct Frame<'a> {
    pub(crate) instance: &'a InstanceState,
    pub(crate) slot: &'a Slot,
    /// As it was made: what the handler is passed is within its reach.
    pub(crate) id: u64,
    /// What the handler is passed. It lies here, so that who looks at the chain finds it at no cost for the call.
    pub(crate) message: rp_message,
    /// Where its response goes, as the module has it.
    reply: *mut rp_reply,
    outer: *const Frame<'a>,
}

struct Thread {
    next_id: Cell<u64>,
    last_id: Cell<u64>,
    /// The innermost message; while there is none, the token in place of its address, so that one comparison tells whether
    /// the thread is idle and whether a slot is biased towards it. Before it has a token, NOBODY's.
    innermost: Cell<*const Frame<'static>>,
    stack_floor: Cell<usize>,
    token: Cell<u64>,
    waited: Cell<Duration>,
}

thread_local! {
    static THREAD: Thread = const {
        Thread {
            next_id: Cell::new(0),
            last_id: Cell::new(0),
            innermost: Cell::new(no_frame(NOBODY)),
            stack_floor: Cell::new(usize::MAX),
            token: Cell::new(0),
            waited: Cell::new(Duration::ZERO),
        }
    };
}

/// A token that no thread has and no slot is biased towards.
const NOBODY: u64 = 1;

static NEXT_BLOCK: AtomicU64 = AtomicU64::new(1);

/// A number that no other message of this process has.
#[inline]
pub(crate) fn next_id() -> u64 {
    THREAD.with(|thread| {
        let id = thread.next_id.get();
        if id == thread.last_id.get() {
            return first_of_block(thread);
        }
        thread.next_id.set(id + 1);
        id
    })
}

#[cold]
fn first_of_block(thread: &Thread) -> u64 {
    let first = NEXT_BLOCK.fetch_add(ID_BLOCK, Ordering::Relaxed);
    thread.next_id.set(first + 1);
    thread.last_id.set(first + ID_BLOCK);
    first
}

/// A number that no other thread has or had; odd, so never 0 and never the address of a frame.
pub(crate) fn token() -> u64 {
    THREAD.with(|thread| match thread.token.get() {
        0 => first_token(thread),
        token => token,
    })
}

#[cold]
fn first_token(thread: &Thread) -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(NOBODY + 2);
    let token = NEXT.fetch_add(2, Ordering::Relaxed);
    thread.token.set(token);
    if thread.innermost.get().addr() as u64 == NOBODY {
        thread.innermost.set(no_frame(token));
    }
    token
}

/// Threads counted, by their token.
pub(crate) fn number_of(token: u64) -> u64 {
    token >> 1
}

/// What stands in place of the innermost message of an idle thread.
#[inline]
const fn no_frame(token: u64) -> *const Frame<'static> {
    ptr::without_provenance(token as usize)
}

/// The message that `place` leads to, if it is no token.
///
/// # Safety
/// `place` is a token, or the address of a frame that lives for `'f`.
#[inline]
unsafe fn frame_at<'f, 'a>(place: *const Frame<'a>) -> Option<&'f Frame<'a>> {
    let is_frame = place.addr() & 1 == 0;
    // SAFETY: the caller's promise; tokens are odd.
    if is_frame { unsafe { place.as_ref() } } else { None }
}

/// The token of this thread if it is at work on no message, else what is no thread's; None where a handler would find too
/// little stack.
#[inline]
pub(crate) fn token_if_idle() -> Option<u64> {
    let here = os::stack_pointer();
    THREAD.with(|thread| {
        // A thread whose floor is known has its token.
        (here > thread.stack_floor.get()).then(|| thread.innermost.get().addr() as u64)
    })
}

/// Refuses where a handler would find too little stack.
#[inline]
pub(crate) fn check_stack() -> Result<(), CallFault> {
    let here = os::stack_pointer();
    let floor = THREAD.with(|thread| thread.stack_floor.get());
    // An unknown floor is usize::MAX, so that the first call of a thread takes the cold path.
    if here > floor { Ok(()) } else { check_stack_cold(here) }
}

#[cold]
fn check_stack_cold(here: usize) -> Result<(), CallFault> {
    if here > find_floor() { Ok(()) } else { Err(CallFault::NoStack { needs: HANDLER_STACK }) }
}

#[cold]
fn find_floor() -> usize {
    token();
    let floor = os::stack_low().map_or(0, |low| low + HANDLER_STACK);
    THREAD.with(|thread| thread.stack_floor.set(floor));
    floor
}

/// Refuses where less than `more` bytes of stack are left beside what a handler finds.
#[cfg(feature = "wasm-jit")]
#[inline]
pub(crate) fn check_stack_for(more: usize) -> Result<(), CallFault> {
    let marker = 0_u8;
    let here = ptr::from_ref(&marker) as usize;
    let has_room = |floor: usize| here.checked_sub(floor).is_some_and(|left| left > more);
    // An unknown floor is usize::MAX, so that the first call of a thread finds it.
    if has_room(THREAD.with(|thread| thread.stack_floor.get())) || has_room(find_floor()) {
        Ok(())
    } else {
        Err(CallFault::NoStack { needs: HANDLER_STACK.saturating_add(more) })
    }
}

/// How long senders whose time is limited have waited on this thread for turns and for answers of others.
#[cfg(feature = "wasm")]
pub(crate) fn waited() -> Duration {
    THREAD.with(|thread| thread.waited.get())
}

/// A wait of such a sender; dropping it ends the wait.
pub(crate) struct Wait {
    started: Instant,
    before: Duration,
}

impl Wait {
    pub(crate) fn begin() -> Self {
        Wait { started: Instant::now(), before: THREAD.with(|thread| thread.waited.get()) }
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        // Waits inside this one, of those who answer, are part of it.
        THREAD.with(|thread| thread.waited.set(self.before + self.started.elapsed()));
    }
}

/// Calls `work` with the innermost message of this thread.
#[inline]
pub(crate) fn with_innermost<R>(work: impl FnOnce(Option<&Frame<'_>>) -> R) -> R {
    let innermost = THREAD.with(|thread| thread.innermost.get());
    // SAFETY: `enter` links frames that live on this thread's stack and unlinks them before they end.
    work(unsafe { frame_at(innermost) })
}

/// A reply of a message that this thread is at work on.
pub(crate) fn find_reply(is_meant: impl Fn(&*mut rp_reply) -> bool) -> Option<*mut rp_reply> {
    with_innermost(|frame| frame?.chain().map(|frame| frame.reply).find(is_meant))
}

/// The message that another one is nested in.
#[derive(Clone, Copy)]
pub(crate) struct Outer(*const Frame<'static>);

impl Outer {
    /// For a thread that is idle, whose token this is.
    #[inline]
    pub(crate) fn none(token: u64) -> Outer {
        Outer(no_frame(token))
    }

    /// The innermost message of this thread.
    pub(crate) fn innermost() -> Outer {
        Outer(THREAD.with(|thread| thread.innermost.get()))
    }

    /// Whether it still is the innermost message of this thread.
    pub(crate) fn is_innermost(self) -> bool {
        let is = |thread: &Thread| std::ptr::eq(thread.innermost.get(), self.0);
        THREAD.try_with(is).unwrap_or(false)
    }
}

/// Runs `work` as the handling of one message on this thread, nested in `outer`, its innermost one.
#[inline]
pub(crate) fn enter<R>(
    outer: Outer,
    instance: &InstanceState,
    slot: &Slot,
    message: rp_message,
    reply: *mut rp_reply,
    work: impl FnOnce(&rp_message) -> R,
) -> R {
    let frame = Frame { instance, slot, id: message.id, message, reply, outer: outer.0.cast() };
    let _unlink = Unlink(outer.0);
    THREAD.with(|thread| thread.innermost.set(ptr::from_ref(&frame).cast()));
    work(&frame.message)
}

/// Takes a frame out of the chain, also when the host panics inside it.
struct Unlink(*const Frame<'static>);

impl Drop for Unlink {
    #[inline]
    fn drop(&mut self) {
        THREAD.with(|thread| thread.innermost.set(self.0));
    }
}

impl<'a> Frame<'a> {
    /// This message and those of this thread in whose service it is, innermost first.
    pub(crate) fn chain(&self) -> impl Iterator<Item = &Frame<'a>> {
        std::iter::successors(Some(self), |frame| {
            // SAFETY: an outer frame lives on this thread's stack for longer than the inner one.
            unsafe { frame_at(frame.outer) }
        })
    }
}
