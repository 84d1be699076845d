//! One loaded module, whatever loaded it.

use core::ffi::c_void;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::time::Duration;

use rp_protocol::Manifest;

use crate::abi::{rp_host, rp_message, rp_reply, rp_status};
use crate::error::{CallFault, LoadFault};
use crate::host::Shared;
use crate::lend::Lent;
use crate::options::LoadOptions;
use crate::services::{Grants, Right};
use crate::turn::Turns;

/// How a module speaks with the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Profile {
    /// The table of `rp_module.h`.
    Abi,
    /// The functions of `rp_plain.h`.
    Plain,
}

impl Profile {
    /// `abi` or `plain`.
    pub fn as_str(self) -> &'static str {
        match self {
            Profile::Abi => "abi",
            Profile::Plain => "plain",
        }
    }
}

/// A module whose code is there, whatever brought it in: what every loader gives.
pub(crate) trait Module: Send + Sync {
    fn profile(&self) -> Profile;
    /// RP_CONCURRENT and its like; checked to be known.
    fn flags(&self) -> u32;
    fn manifest(&self) -> &Manifest;
    fn manifest_text(&self) -> &str;
    /// The file that it came from; a static module has none.
    fn path(&self) -> Option<&Path>;
    /// What the operator should know of its loading, though it went well.
    fn notice(&self) -> Option<&str> {
        None
    }
    /// Makes the state of one instance.
    fn create(&self, host: &'static rp_host, options: &LoadOptions) -> Result<Box<dyn Guest>, LoadFault>;
}

/// The state of one instance, inside its module.
pub(crate) trait Guest: Send + Sync {
    /// What answers this instance's messages, for as long as the guest lives.
    fn handler(&self) -> Handler;
    /// Ends the state.
    ///
    /// # Safety
    /// Nothing else uses the guest meanwhile, and no message reaches its handler from now on. Called at most once.
    unsafe fn destroy(&self) -> Result<(), CallFault>;
    /// What a status without a response stands for, where the loader knows more than the ABI says. Asked once, right
    /// after the call.
    ///
    /// # Safety
    /// The slot of the call that returned the status is still held: unless the module is RP_CONCURRENT, nothing else
    /// uses the guest.
    unsafe fn verdict(&self, _status: rp_status) -> Option<Verdict> {
        None
    }
    /// Bytes of memory of its own; `None` where the instance shares the process's.
    ///
    /// # Safety
    /// Nothing else uses the guest meanwhile.
    unsafe fn memory(&self) -> Option<usize> {
        None
    }
    /// How long one call may take, without what it waits for others; `None` where nothing limits it.
    fn call_time(&self) -> Option<Duration> {
        None
    }
    /// Why a dead instance is dead. Any thread may ask, at any time.
    fn epitaph(&self) -> &'static str {
        "it panicked and is dead"
    }
}

/// A loader's judgement of a call that brought no response.
pub(crate) struct Verdict {
    pub(crate) fault: CallFault,
    /// Whether nothing of the instance may be called again.
    pub(crate) is_deadly: bool,
}

/// The function that answers messages and its first argument. Calling through it costs what a bare C call costs.
#[derive(Clone, Copy)]
pub(crate) struct Handler {
    pub(crate) function: unsafe extern "C" fn(*mut c_void, *const rp_message, *mut rp_reply) -> rp_status,
    pub(crate) context: *mut c_void,
}

// SAFETY: rule 5: an instance may be called from whatever thread; `Turns` sees to how many at once.
unsafe impl Send for Handler {}
// SAFETY: a shared handler is only copied; each call through it is the caller's `unsafe`.
unsafe impl Sync for Handler {}

/// Where an instance is in its life; rule 6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd)]
#[repr(u8)]
pub(crate) enum Life {
    /// Created; `init` is at work.
    Starting,
    Ready,
    /// No new calls; those in flight end, then `shutdown` runs.
    Closing,
    /// `shutdown` returned, or `init` failed.
    Closed,
    /// It panicked: nothing of it is called again.
    Dead,
}

/// Of the process, not of a host: a thread may be at work for instances of several.
static NEXT_NUMBER: AtomicU64 = AtomicU64::new(1);

const READY: u8 = Life::Ready as u8;

/// An instance as the host keeps it.
pub(crate) struct Inner {
    pub(crate) handler: Handler,
    /// Whether the host keeps no trace: here, so that the call path need not ask the host.
    pub(crate) is_untraced: bool,
    life: AtomicU8,
    /// Whether an unload waited for its calls in vain.
    was_given_up: AtomicBool,
    turns: Turns,
    pub(crate) shared: Arc<Shared>,
    pub(crate) lent: &'static Lent,
    number: u64,
    pub(crate) name: String,
    pub(crate) grants: Grants,
    pub(crate) module: Arc<dyn Module>,
    pub(crate) guest: Box<dyn Guest>,
}

impl Inner {
    pub(crate) fn new(
        shared: Arc<Shared>,
        name: String,
        grants: Grants,
        module: Arc<dyn Module>,
        guest: Box<dyn Guest>,
        lent: &'static Lent,
    ) -> Self {
        Inner {
            handler: guest.handler(),
            is_untraced: shared.trace.is_none(),
            life: AtomicU8::new(Life::Starting as u8),
            was_given_up: AtomicBool::new(false),
            turns: Turns::new(module.flags() & crate::abi::RP_CONCURRENT != 0, shared.trace.is_some()),
            number: NEXT_NUMBER.fetch_add(1, Ordering::Relaxed),
            shared,
            lent,
            name,
            grants,
            module,
            guest,
        }
    }

    /// Distinguishes instances of a process, also those of one name one after the other.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// The entities whose queries and mutations it answers: what the manifest provides and the operator granted.
    pub(crate) fn provided(&self) -> impl Iterator<Item = &String> {
        let provides = self.module.manifest().provides.iter();
        provides.filter(|entity| self.grants.allow(Right::Provide, entity))
    }

    pub(crate) fn provides(&self, entity: &str) -> bool {
        self.provided().any(|provided| provided == entity)
    }

    pub(crate) fn turns(&self) -> &Turns {
        &self.turns
    }

    pub(crate) fn life(&self) -> Life {
        match self.life.load(Ordering::Acquire) {
            READY => Life::Ready,
            life if life == Life::Starting as u8 => Life::Starting,
            life if life == Life::Closing as u8 => Life::Closing,
            life if life == Life::Closed as u8 => Life::Closed,
            _ => Life::Dead,
        }
    }

    #[inline]
    pub(crate) fn is_ready(&self) -> bool {
        self.life.load(Ordering::Acquire) == READY
    }

    /// Moves on in life; false where the instance was not at `from`.
    pub(crate) fn advance(&self, from: Life, to: Life) -> bool {
        self.life.compare_exchange(from as u8, to as u8, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }

    pub(crate) fn set_life(&self, life: Life) {
        self.life.store(life as u8, Ordering::Release);
    }

    pub(crate) fn give_up(&self) {
        self.was_given_up.store(true, Ordering::Relaxed);
    }

    pub(crate) fn was_given_up(&self) -> bool {
        self.was_given_up.load(Ordering::Relaxed)
    }

    /// Why an instance that is not ready takes no messages.
    pub(crate) fn unavailable(&self) -> CallFault {
        CallFault::Unavailable(match self.life() {
            Life::Starting => "its init is not done",
            Life::Ready => "it has just become ready",
            Life::Closing => "it is being unloaded",
            Life::Closed => "it was unloaded",
            Life::Dead => self.guest.epitaph(),
        })
    }
}

impl core::fmt::Debug for Inner {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Instance")
            .field("name", &self.name)
            .field("life", &self.life())
            .finish_non_exhaustive()
    }
}
