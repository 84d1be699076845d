//! What the host lends an instance: the functions behind `rp_host`.
//!
//! Each instance has one [`Lent`] for the life of the process. When the instance ends it becomes a tombstone, so that a
//! thread that was left behind meets an answer instead of freed memory.

use core::ffi::{c_char, c_void};
use core::mem::size_of;
use core::ptr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rp_protocol::code;

use crate::abi::{RP_ERR_CANCELLED, RP_ERR_NO_MEMORY, rp_host, rp_message, rp_reply, rp_status};
use crate::border::borrowed;
use crate::border::caller_reply::is_whole;
use crate::border::module::{Handler, HostLink};
use crate::calls::call_chain::Origin;
use crate::calls::frame::{self, with_innermost};
use crate::calls::instance::{InstanceState, Life};
use crate::calls::slots::Slot;
use crate::error::ServiceError;
use crate::host::lifecycle::HostState;
use crate::host_functions::router;
use crate::host_functions::sent_message::Outgoing;
use crate::observe::log::{Level, LogRecord};

/// One instance's `rp_host` and what stands behind it.
pub(crate) struct Lent {
    /// Its context is the address of this `Lent`, which the functions find by it.
    abi: rp_host,
    behind: Mutex<Behind>,
    /// The one that was lent before: all are reached from `LAST`, so that no leak checker takes them for lost.
    _before: Option<&'static Lent>,
}

static LAST: Mutex<Option<&'static Lent>> = Mutex::new(None);

/// What an `rp_host` leads to, over the life of its instance (rule 6).
#[derive(Clone)]
enum Behind {
    /// `create` is at work: log, time and randomness only.
    Creating {
        shared: Arc<HostState>,
        instance: Arc<str>,
    },
    Live(Arc<InstanceState>),
    /// The instance is gone. What one that panicked leaves is kept in sight, for no leak checker to take it for lost.
    Closed(#[expect(dead_code, reason = "only leak checkers look at it")] Option<Handler>),
}

// SAFETY: the pointers in `abi` are never written after `lend`, and lead to functions that take any thread.
unsafe impl Send for Lent {}
// SAFETY: nothing of it is written once it is shared, but for what lies behind the mutex.
unsafe impl Sync for Lent {}

impl Lent {
    /// Makes an `rp_host` for an instance that is about to be created. It is never freed (rule 6).
    pub(crate) fn lend(shared: &Arc<HostState>, instance: &str) -> &'static Lent {
        let behind = Behind::Creating { shared: Arc::clone(shared), instance: instance.into() };
        let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
        let lent = Box::into_raw(Box::new(Lent {
            abi: rp_host {
                struct_size: size_of::<rp_host>() as u32,
                flags: 0,
                context: ptr::null_mut(),
                send: Some(send),
                write_log: Some(write_log),
                cancelled: Some(cancelled),
                now_us: Some(now_us),
                random: Some(random),
            },
            behind: Mutex::new(behind),
            _before: *last,
        }));
        // SAFETY: just made, known to nobody else yet, and never freed.
        let lent = unsafe {
            (*lent).abi.context = lent.cast();
            &*lent
        };
        *last = Some(lent);
        lent
    }

    /// What `create` is given.
    pub(crate) fn link(&'static self) -> HostLink {
        HostLink { table: &self.abi, unwanted: frame::unwanted }
    }

    /// The functions that the module calls.
    pub(crate) fn as_host(&'static self) -> &'static rp_host {
        &self.abi
    }

    /// The instance is there: `send` leads to it from now on.
    pub(crate) fn open(&self, instance: &Arc<InstanceState>) {
        *self.lock() = Behind::Live(Arc::clone(instance));
    }

    /// The instance is gone: every `send` is answered RP_ERR_CANCELLED from now on.
    pub(crate) fn close(&self) {
        self.end(None);
    }

    /// The same for an instance whose state stays as it is, since it panicked (rule 6).
    pub(crate) fn abandon(&self, state: Handler) {
        self.end(Some(state));
    }

    fn end(&self, left: Option<Handler>) {
        let before = std::mem::replace(&mut *self.lock(), Behind::Closed(left));
        // Dropped without the lock: it may be the last handle to the instance.
        drop(before);
    }

    /// Hands a line of log to the embedder.
    fn log(&self, message_id: u64, level: Level, text: &str) {
        // What the embedder's sink panics with must not cross the border (rule 4), and a log line is all that is lost.
        let _lost = catch_unwind(AssertUnwindSafe(|| {
            let behind = self.behind();
            let (instance, module, cause) = match &behind {
                Behind::Creating { instance, .. } => (&**instance, &**instance, 0),
                Behind::Live(inner) => {
                    let cause = inner.turns().find(message_id).map_or(0, Slot::cause);
                    (&*inner.name, &*inner.module.info().manifest.name, cause)
                }
                Behind::Closed(_) => return,
            };
            let record = LogRecord { instance, module, message_id, cause, level, text };
            if let Some(shared) = behind.shared() {
                shared.log(&record);
            }
        }));
    }

    fn behind(&self) -> Behind {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Behind> {
        self.behind.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Behind {
    fn shared(&self) -> Option<&HostState> {
        match self {
            Behind::Creating { shared, .. } => Some(shared),
            Behind::Live(inner) => Some(&inner.shared),
            Behind::Closed(_) => None,
        }
    }
}

/// Finds the `Lent` of a host pointer that a module passed.
///
/// # Safety
/// `host` is NULL or was made by `Lent::as_host`; rule 11 says that it is passed exactly as given.
unsafe fn lent_of(host: *const rp_host) -> Option<&'static Lent> {
    // SAFETY: what `as_host` gave is never freed nor written, and its context leads to its `Lent`.
    unsafe { Some(&*host.as_ref()?.context.cast::<Lent>()) }
}

unsafe extern "C" fn send(
    host: *const rp_host,
    message: *const rp_message,
    reply: *mut rp_reply,
) -> rp_status {
    // SAFETY: rule 1: the reply is what its struct_size says.
    if message.is_null() || reply.is_null() || !unsafe { is_whole(reply) } {
        return RP_ERR_NO_MEMORY;
    }
    // SAFETY: rule 11: the host pointer is passed as `create` got it.
    let Some(lent) = (unsafe { lent_of(host) }) else { return RP_ERR_NO_MEMORY };
    // SAFETY: rules 2 and 3: the message is not NULL, and valid until this call returns.
    let outgoing = unsafe { Outgoing::read(message) };
    let answer = catch_unwind(AssertUnwindSafe(|| match lent.behind() {
        // SAFETY: rules 1 and 3: the reply is valid and this call's alone until it returns.
        Behind::Creating { .. } => unsafe {
            router::refuse(
                reply,
                &ServiceError::new(code::NOT_INITIALIZED, "send works from init on; create is too early"),
            )
        },
        Behind::Closed(_) => RP_ERR_CANCELLED,
        Behind::Live(sender) => with_innermost(|frame| {
            let origin = match frame {
                Some(frame) => Origin::Frame(frame),
                None => Origin::of_cause(&sender, outgoing.cause()),
            };
            // SAFETY: rules 1 and 3: the reply is valid and this call's alone until it returns.
            unsafe { router::send(&sender, origin, &outgoing, reply) }
        }),
    }));
    // SAFETY: the reply is still this call's alone. A panic in a service of the embedder is an error of this one message.
    answer.unwrap_or_else(|_| unsafe {
        router::refuse(reply, &ServiceError::new(code::INTERNAL, "the host panicked while it answered"))
    })
}

unsafe extern "C" fn write_log(
    host: *const rp_host,
    message_id: u64,
    level: i32,
    text: *const c_char,
    len: usize,
) {
    // SAFETY: rule 11: the host pointer is passed as `create` got it.
    let Some(lent) = (unsafe { lent_of(host) }) else { return };
    if text.is_null() && len == 0 {
        return;
    }
    // SAFETY: rule 2: the text is borrowed until this call returns.
    match unsafe { borrowed::bytes(text, len) } {
        Ok(text) => lent.log(message_id, Level::from_abi(level), &String::from_utf8_lossy(text)),
        Err(fault) => {
            lent.log(message_id, Level::Error, &format!("a line of log is lost, since its text {fault}"));
        }
    }
}

unsafe extern "C" fn cancelled(host: *const rp_host, message_id: u64) -> i32 {
    // SAFETY: rule 11: the host pointer is passed as `create` got it.
    let Some(lent) = (unsafe { lent_of(host) }) else { return 1 };
    // The usual case needs no lock: this thread is at work on the message that it asks about.
    let here = with_innermost(|frame| {
        let frame = frame.filter(|frame| frame.id == message_id && ptr::eq(frame.instance.lent, lent))?;
        Some(frame.slot.is_cancelled(message_id))
    });
    let answer = here.unwrap_or_else(|| match lent.behind() {
        Behind::Creating { .. } => message_id != 0,
        Behind::Closed(_) => true,
        Behind::Live(inner) if message_id == 0 => inner.life() >= Life::Closing,
        Behind::Live(inner) => {
            inner.turns().find(message_id).is_none_or(|slot| slot.is_cancelled(message_id))
        }
    });
    i32::from(answer)
}

unsafe extern "C" fn now_us(host: *const rp_host) -> i64 {
    // SAFETY: rule 11: the host pointer is passed as `create` got it.
    let lent = unsafe { lent_of(host) };
    let own = catch_unwind(AssertUnwindSafe(|| {
        lent.and_then(|lent| lent.behind().shared().map(HostState::now_us))
    }));
    own.ok().flatten().unwrap_or_else(crate::platform::clock::system_now_us)
}

unsafe extern "C" fn random(host: *const rp_host, data: *mut c_void, len: usize) {
    // SAFETY: rule 11: the host pointer is passed as `create` got it.
    let lent = unsafe { lent_of(host) };
    // SAFETY: the caller lends `len` bytes until this call returns.
    match unsafe { borrowed::room(data, len) } {
        Ok(bytes) => fill(lent, bytes),
        Err(fault) => {
            let text = format!("no random bytes are written, since the room for them {fault}");
            lent.into_iter().for_each(|lent| lent.log(0, Level::Error, &text));
        }
    }
}

/// Fills memory from the embedder's source of randomness, or where there is none from the system's.
fn fill(lent: Option<&Lent>, bytes: &mut [u8]) {
    let own = catch_unwind(AssertUnwindSafe(|| match lent.map(Lent::behind) {
        Some(behind) => behind.shared().map(|shared| shared.random(bytes)),
        None => None,
    }));
    if !matches!(own, Ok(Some(()))) {
        crate::platform::clock::system_random(bytes);
    }
}
