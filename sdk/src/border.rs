//! The functions that the host calls. No panic leaves them.
use std::any::Any;
use std::ffi::{c_char, c_void};
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::null_mut;

use rp_protocol::code;

use crate::abi::{RP_CONCURRENT, rp_host, rp_message, rp_module, rp_reply, rp_status};
use crate::error::Error;
use crate::host::Host;
use crate::message::{Life, Message};
use crate::module::{ConcurrentModule, Module};
use crate::reply::{Answer, Reply};
use crate::status;

/// How the border hands messages to a module: one at a time or all at once.
pub trait Border: 'static {
    #![allow(missing_docs, clippy::missing_safety_doc)]
    type Module: Send;
    const FLAGS: u32;
    fn create(host: Host) -> Result<Self::Module, Error>;
    /// Safety: `module` is a live module; nothing else uses it meanwhile unless `FLAGS` says concurrent.
    unsafe fn handle_message(module: *mut Self::Module, message: &Message<'_>, reply: Reply<'_>) -> Answer;
}

/// One message at a time: a [`Module`].
pub struct Exclusive<M>(PhantomData<M>);
/// Messages on several threads: a [`ConcurrentModule`].
pub struct Shared<M>(PhantomData<M>);

impl<M: Module> Border for Exclusive<M> {
    type Module = M;
    const FLAGS: u32 = 0;

    fn create(host: Host) -> Result<M, Error> {
        M::create(host)
    }

    #[inline]
    unsafe fn handle_message(module: *mut M, message: &Message<'_>, reply: Reply<'_>) -> Answer {
        // SAFETY: the caller promises a live module that nobody else uses (rule 5).
        unsafe { (*module).handle_message(message, reply) }
    }
}

impl<M: ConcurrentModule> Border for Shared<M> {
    type Module = M;
    const FLAGS: u32 = RP_CONCURRENT;

    fn create(host: Host) -> Result<M, Error> {
        M::create(host)
    }

    #[inline]
    unsafe fn handle_message(module: *mut M, message: &Message<'_>, reply: Reply<'_>) -> Answer {
        // SAFETY: the caller promises a live module; it is Sync and only shared here.
        unsafe { (*module).handle_message(message, reply) }
    }
}

/// What `rp_module_v1` returns.
#[repr(transparent)]
pub struct Table(rp_module);

// SAFETY: the table is constant, and so is the manifest that it points to (rule 6).
unsafe impl Sync for Table {}

impl Table {
    /// The table of a module; `manifest` ends with NUL.
    pub const fn new<B: Border>(manifest: &'static [u8]) -> Table {
        Table(rp_module {
            struct_size: size_of::<rp_module>() as u32,
            flags: B::FLAGS,
            manifest: manifest.as_ptr().cast::<c_char>(),
            create: Some(create::<B>),
            destroy: Some(destroy::<B>),
            handle_message: Some(handle_message::<B>),
        })
    }

    /// The table itself.
    #[cfg(feature = "test-kit")]
    pub(crate) fn into_raw(self) -> rp_module {
        self.0
    }

    /// The pointer for the host.
    pub const fn as_ptr(&self) -> *const rp_module {
        &raw const self.0
    }
}

/// One live instance, behind the pointer that the host holds.
struct Instance<M> {
    module: M,
    life: Life,
    host: Host,
}

unsafe extern "C" fn create<B: Border>(host: *const rp_host) -> *mut c_void {
    // SAFETY: rule 6: a host passes `create` one that is valid for the life of the process.
    let Some(host) = (unsafe { Host::from_raw(host) }) else { return null_mut() };
    match guarded(host, || B::create(host)) {
        Some(Ok(module)) => Box::into_raw(Box::new(Instance { module, life: Life::default(), host })).cast(),
        Some(Err(error)) => {
            host.error(format!("no instance was made: {error}"));
            null_mut()
        }
        None => null_mut(),
    }
}

unsafe extern "C" fn destroy<B: Border>(instance: *mut c_void) {
    let instance = instance.cast::<Instance<B::Module>>();
    if instance.is_null() {
        return;
    }
    // SAFETY: `create` made the instance with Box, and rule 6: destroy is the last call for it.
    let instance = unsafe { Box::from_raw(instance) };
    let host = instance.host;
    guarded(host, || drop(instance));
}

unsafe extern "C" fn handle_message<B: Border>(
    instance: *mut c_void,
    message: *const rp_message,
    reply: *mut rp_reply,
) -> rp_status {
    if reply.is_null() {
        return status::NO_MEMORY;
    }
    if instance.is_null() {
        // SAFETY: rule 1, until this call returns.
        return unsafe { Reply::from_raw(reply) }.error(&Error::invalid_payload("NULL instance"));
    }
    if message.is_null() {
        // SAFETY: rule 1, until this call returns.
        return unsafe { Reply::from_raw(reply) }.error(&Error::invalid_payload("NULL message"));
    }
    // SAFETY: `create` made the instance, it lives until `destroy` (rule 6), message and reply are borrowed until
    // this call returns (rules 1, 2).
    unsafe { answer::<B>(instance.cast(), &*message, reply) }
}

/// # Safety
/// A live instance of `B`; message and reply keep rules 1 and 2.
#[inline]
unsafe fn answer<B: Border>(
    instance: *mut Instance<B::Module>,
    message: &rp_message,
    reply: *mut rp_reply,
) -> rp_status {
    // SAFETY: the caller's promise; the parts are borrowed one by one, so that `module` alone is exclusive.
    let (life, host) = unsafe { (&(*instance).life, (*instance).host) };
    let is_exclusive = B::FLAGS & RP_CONCURRENT == 0;
    if is_exclusive && !life.enter() {
        let error = Error::new(code::REENTRANT, "the module is in the midst of another message");
        // SAFETY: rule 1, until this call returns.
        return unsafe { Reply::from_raw(reply) }.error(&error);
    }
    // SAFETY: rule 1: readable until the call returns.
    let start = unsafe { (*reply).len };
    let message = Message::new(message, host, life);
    let answer = guarded(message.host(), || {
        // SAFETY: the caller's promise; `enter` and rule 5 keep other calls away from an exclusive module.
        unsafe { B::handle_message(&raw mut (*instance).module, &message, Reply::from_raw(reply)) }
    });
    // A panicked instance stays busy: nothing of it may be used again.
    if is_exclusive && answer.is_some() {
        life.leave();
    }
    // SAFETY: rule 1, until this call returns.
    unsafe { finish(answer, start, reply) }
}

/// Turns what the module gave into a status and, for an error, a response.
///
/// # Safety
/// `reply` keeps rule 1, and had `start` bytes when the call came.
#[inline]
unsafe fn finish(answer: Option<Answer>, start: usize, reply: *mut rp_reply) -> rp_status {
    // SAFETY: rule 1: the callee may read and raise `len`, not below what it found.
    let len = unsafe { &mut (*reply).len };
    let error = match answer {
        Some(Ok(written)) if *len > start => return written.status(),
        Some(Ok(_)) => Error::internal("the module wrote no response"),
        Some(Err(error)) => error,
        None => {
            *len = start;
            return status::PANIC;
        }
    };
    *len = start;
    if error.status() != status::FAILED {
        return error.status();
    }
    // SAFETY: rule 1: the reply is this call's, and the answer, which had it before, has ended.
    unsafe { Reply::from_raw(reply) }.error(&error)
}

/// Runs the module's code; a panic is written to the log and gives None.
#[inline]
fn guarded<T>(host: Host, run: impl FnOnce() -> T) -> Option<T> {
    #[cfg(any(feature = "log", feature = "tracing"))]
    let run = || crate::bridge::serving(host, run);
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(value) => Some(value),
        Err(panic) => {
            log_panic(host, panic);
            None
        }
    }
}

/// std's own hook has printed place and backtrace to stderr already; the log gets the text. The hook stays as it is,
/// since in a program that links modules statically it is the host's.
#[cold]
fn log_panic(host: Host, panic: Box<dyn Any + Send>) {
    let text = match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(panic) => match panic.downcast::<&'static str>() {
            Ok(text) => (*text).to_owned(),
            Err(panic) => {
                // Its destructor is foreign code, which might panic as well.
                std::mem::forget(panic);
                "a value that is no text".to_owned()
            }
        },
    };
    host.error(format!("panicked: {text}"));
}

/// Room for the host's messages under WebAssembly; 0 bytes need none.
#[cfg(any(target_arch = "wasm32", test))]
pub fn alloc(size: usize) -> *mut c_void {
    match layout(size) {
        // SAFETY: the layout is not empty.
        Some(layout) => unsafe { std::alloc::alloc(layout).cast() },
        None => null_mut(),
    }
}

/// Gives room back that [`alloc`] gave.
///
/// # Safety
/// `data` came from `alloc(size)` and is given back once.
#[cfg(any(target_arch = "wasm32", test))]
pub unsafe fn free(data: *mut c_void, size: usize) {
    if let Some(layout) = layout(size).filter(|_| !data.is_null()) {
        // SAFETY: `alloc` took `data` from the same allocator with the layout of the same size, and it is given back once.
        unsafe { std::alloc::dealloc(data.cast(), layout) }
    }
}

#[cfg(any(target_arch = "wasm32", test))]
fn layout(size: usize) -> Option<std::alloc::Layout> {
    std::alloc::Layout::from_size_align(size, 16).ok().filter(|layout| layout.size() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_given_and_taken_back() {
        assert!(alloc(0).is_null());
        assert!(alloc(usize::MAX).is_null());
        for size in [1, 15, 16, 4096] {
            let data = alloc(size);
            assert!(!data.is_null() && data.addr().is_multiple_of(16), "{size}");
            // SAFETY: it came from `alloc(size)`.
            unsafe { free(data, size) };
        }
        // SAFETY: nothing came, and nothing goes back.
        unsafe { free(null_mut(), 8) };
    }
}
