//! Modules without this host's call path, for programs that check modules and act as the host themselves.
//!
//! An instance takes the messages and replies of `rp_module.h`, whatever loader loaded its module. Nothing here enforces call
//! slots, deadlines or the lifecycle, so a checker can break these rules and see what the module does.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::abi::{rp_host, rp_message, rp_reply, rp_status};
use crate::border::module::{Guest, HostLink, Module, Profile, Provided};
use crate::error::{CallFault, Error};
use crate::loader::{inspect, load, native};
use crate::options::load::LoadOptions;

/// A loaded module.
///
/// ```no_run
/// use rp_host::{LoadOptions, unchecked::UncheckedModule};
///
/// # fn main() -> Result<(), rp_host::Error> {
/// let module = UncheckedModule::load("libtest_minimal.so", &LoadOptions::new())?;
/// println!("{} {}", module.profile().as_str(), module.manifest_text());
/// # Ok(())
/// # }
/// ```
pub struct UncheckedModule(Arc<dyn Module>);

/// An instance of a loaded module. Dropping it does not call the module.
pub struct UncheckedInstance(Box<dyn Guest>);

/// Why a call returned no status of the module.
#[derive(Debug)]
pub struct Verdict {
    /// What the loader found.
    pub fault: CallFault,
    /// Whether nothing of the instance may be called again.
    pub is_deadly: bool,
}

impl UncheckedModule {
    /// Loads a module as [`Host::load_with`](crate::Host::load_with) does, but creates no instance.
    ///
    /// # Trust
    /// As for [`Host::load`](crate::Host::load): the initialisers of a native library run in this process.
    ///
    /// # Errors
    /// If a host would refuse the file.
    pub fn load(path: impl AsRef<Path>, options: &LoadOptions) -> Result<Self, Error> {
        let path = path.as_ref();
        load::load(path, options).map(UncheckedModule).map_err(|fault| Error::load(path, fault))
    }

    /// The interface between the module and a host.
    pub fn profile(&self) -> Profile {
        self.0.info().profile
    }

    /// The manifest's text.
    pub fn manifest_text(&self) -> &str {
        &self.0.info().manifest_text
    }

    /// Creates an instance.
    ///
    /// # Errors
    /// If the entry or its table breaks a rule, or the module created no instance.
    ///
    /// # Safety
    /// The functions of `host` do what `rp_module.h` says of them, and so does the module.
    pub unsafe fn create(
        &self,
        host: &'static rp_host,
        options: &LoadOptions,
    ) -> Result<UncheckedInstance, Error> {
        let path = self.0.info().path.as_deref().unwrap_or(Path::new(""));
        let provided = Provided { clock: true, random: true };
        let link = HostLink { table: host, unwanted: |_| None, deadline: |_| None, lost: |_| {}, provided };
        self.0.create(link, options).map(UncheckedInstance).map_err(|fault| Error::load(path, fault))
    }
}

impl UncheckedInstance {
    /// Calls `handle_message`.
    ///
    /// # Errors
    /// If the loader has a verdict on the call: the sandbox stopped the guest, or the guest changed its reply.
    ///
    /// # Safety
    /// The message, its texts and the reply are valid until this returns (rules 1 and 2); no other call of the instance
    /// runs, and none came after a deadly verdict or [`destroy`](UncheckedInstance::destroy).
    pub unsafe fn handle_message(
        &self,
        message: *const rp_message,
        reply: *mut rp_reply,
    ) -> Result<rp_status, Verdict> {
        let handler = self.0.handler();
        // SAFETY: the caller promises a valid message and reply, and an instance that is alive and handles nothing else.
        let status = unsafe { (handler.function)(handler.context, message, reply) };
        // SAFETY: the call has just returned, and the caller promises that no other call of the instance runs.
        match unsafe { self.0.verdict(status) } {
            None => Ok(status),
            Some(verdict) => Err(Verdict { fault: verdict.fault, is_deadly: verdict.is_deadly }),
        }
    }

    /// The bytes of memory that the instance has for itself; `None` if it shares the memory of this process.
    ///
    /// The borrow is exclusive, since a call on another thread would change the memory meanwhile:
    ///
    /// ```compile_fail,E0596
    /// fn look(instance: &rp_host::unchecked::UncheckedInstance) -> Option<usize> {
    ///     instance.memory()
    /// }
    /// ```
    pub fn memory(&mut self) -> Option<usize> {
        // SAFETY: the borrow is exclusive, so no call of the instance runs.
        unsafe { self.0.memory() }
    }

    /// Calls `destroy`.
    ///
    /// # Errors
    /// If it did not return.
    ///
    /// # Safety
    /// No other call of the instance runs, and none came after a deadly verdict.
    pub unsafe fn destroy(self) -> Result<(), CallFault> {
        // SAFETY: the caller promises that no other call runs, and none follows, since this takes the instance.
        unsafe { self.0.destroy() }
    }
}

/// A path that the system's loader takes literally, although it expands `$ORIGIN` and the like. It is `path` itself, or the path
/// of a private copy, which is removed when the process ends.
///
/// # Errors
/// If there is no library at `path`, or no copy can be made.
pub fn loadable_path(path: impl AsRef<Path>) -> Result<PathBuf, Error> {
    let path = path.as_ref();
    native::loadable_path(path).map_err(|fault| Error::load(path, fault))
}

/// The bytes of the exported manifest in a file, valid or not.
///
/// # Errors
/// If the file is no module, or has no manifest that can be read.
pub fn manifest_bytes(path: impl AsRef<Path>) -> Result<Vec<u8>, Error> {
    let path = path.as_ref();
    inspect::manifest_bytes(path).map_err(|fault| Error::load(path, fault))
}
