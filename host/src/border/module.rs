//! What a loader gives: a module whose code is there, and the guests that it makes.

use core::ffi::c_void;
use std::path::Path;
use std::time::Duration;

use rp_protocol::Manifest;

use crate::abi::{rp_host, rp_message, rp_reply, rp_status};
use crate::error::{CallFault, LoadFault};
use crate::options::load::LoadOptions;

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
    fn create(&self, host: HostLink, options: &LoadOptions) -> Result<Box<dyn Guest>, LoadFault>;
}

/// What an instance gets of its host.
#[derive(Clone, Copy)]
pub(crate) struct HostLink {
    /// The functions that the module calls.
    pub(crate) table: &'static rp_host,
    /// Says why the message that this thread handles for the instance of a table is no longer wanted, if so; for loaders
    /// that can stop a guest.
    pub(crate) unwanted: fn(&rp_host) -> Option<CallFault>,
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
