//! What a loader returns: a module whose code is loaded, and the guests that it creates.

use core::ffi::c_void;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use rp_protocol::Manifest;

use crate::abi::{rp_host, rp_message, rp_reply, rp_status};
use crate::error::{CallFault, LoadFault};
use crate::options::load::LoadOptions;

/// The interface by which a module and the host call each other.
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

/// What is known of every module, whatever loader brought it in.
pub(crate) struct ModuleInfo {
    pub(crate) profile: Profile,
    /// `RP_CONCURRENT`, or 0. No loader lets an unknown flag pass.
    pub(crate) flags: u32,
    pub(crate) manifest: Manifest,
    pub(crate) manifest_text: String,
    /// The file that it came from; a linked module has none.
    pub(crate) path: Option<PathBuf>,
    /// A warning for the operator about a load that succeeded.
    pub(crate) notice: Option<String>,
}

/// A module whose code is loaded: the result of every loader.
pub(crate) trait Module: Send + Sync {
    fn info(&self) -> &ModuleInfo;
    /// Makes the state of one instance.
    fn create(&self, host: HostLink, options: &LoadOptions) -> Result<Box<dyn Guest>, LoadFault>;
}

/// What an instance gets from its host.
#[derive(Clone, Copy)]
#[cfg_attr(
    not(feature = "isolated"),
    allow(dead_code, reason = "some of it is for loaders that stop a guest")
)]
pub(crate) struct HostLink {
    /// The functions that the module calls.
    pub(crate) table: &'static rp_host,
    /// Gives the reason if the message that this thread handles for the instance of a table is no longer wanted; for
    /// loaders that can stop a guest.
    pub(crate) unwanted: fn(&rp_host) -> Option<CallFault>,
    /// The deadline of the message that this thread handles for the instance of a table.
    pub(crate) deadline: fn(&rp_host) -> Option<Instant>,
    /// Tells the host that the process of the instance of a table has ended while no call was at work in it.
    pub(crate) lost: fn(&rp_host),
    /// What the embedder provides in place of the system.
    pub(crate) provided: Provided,
}

/// What an embedder provides in place of the system; the rest a worker process takes from the system itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Provided {
    pub(crate) clock: bool,
    pub(crate) random: bool,
}

// SAFETY: the functions of an `rp_host` take any thread ([any-thread] in the header).
unsafe impl Send for HostLink {}
// SAFETY: what a shared link leads to is only read.
unsafe impl Sync for HostLink {}

/// The state of one instance, inside its module.
pub(crate) trait Guest: Send + Sync {
    /// The function that answers this instance's messages; valid as long as the guest.
    fn handler(&self) -> Handler;
    /// Destroys the state.
    ///
    /// # Safety
    /// Nothing else uses the guest meanwhile, and no message reaches its handler from now on. Called at most once.
    unsafe fn destroy(&self) -> Result<(), CallFault>;
    /// What a status without a response means, if the loader knows more than the ABI says. Called once, right after the
    /// call that returned it.
    ///
    /// # Safety
    /// The slot of the call that returned the status is still held: unless the module is RP_CONCURRENT, nothing else
    /// uses the guest.
    unsafe fn verdict(&self, _status: rp_status) -> Option<Verdict> {
        None
    }
    /// The bytes of memory that the instance has for itself; `None` if it shares the memory of the process.
    ///
    /// # Safety
    /// Nothing else uses the guest meanwhile.
    unsafe fn memory(&self) -> Option<usize> {
        None
    }
    /// The time that one call may take, not counting its waits for other instances; `None` if there is no limit.
    fn call_time(&self) -> Option<Duration> {
        None
    }
    /// The process that it has for itself; `None` without one. Any thread may call this at any time.
    fn worker(&self) -> Option<Worker> {
        None
    }
    /// Why a dead instance is dead. Any thread may call this at any time.
    fn death_reason(&self) -> &'static str {
        "it panicked and is dead"
    }
    /// The error code of what a dead instance died of, where it knows better than the call that found it dead. Any thread may call
    /// this at any time.
    fn death_code(&self) -> Option<&'static str> {
        None
    }
}

/// The process of an isolated guest.
#[derive(Clone, Copy)]
pub(crate) struct Worker {
    /// Its id, also after its end.
    pub(crate) pid: u32,
    pub(crate) is_sandboxed: bool,
}

/// A loader's verdict on a call without a response.
pub(crate) struct Verdict {
    pub(crate) fault: CallFault,
    /// Whether nothing of the instance may be called again.
    pub(crate) is_deadly: bool,
}

/// The function that answers messages, and its first argument. A call through it costs as much as a call in C.
#[derive(Clone, Copy)]
pub(crate) struct Handler {
    pub(crate) function: unsafe extern "C" fn(*mut c_void, *const rp_message, *mut rp_reply) -> rp_status,
    pub(crate) context: *mut c_void,
}

// SAFETY: rule 5: an instance may be called from any thread; its call slots limit how many calls run at once.
unsafe impl Send for Handler {}
// SAFETY: sharing a handler only lets others copy it; each call through it is `unsafe` and has its own reason.
unsafe impl Sync for Handler {}
