//! A module without this host's own call path: for programs that check modules, and play the host themselves.
//!
//! Whatever loader brought the module in, its instance takes messages and replies of `rp_module.h`. Nothing here sees to
//! turns, deadlines or the order of a life, so that a checker may break these rules and watch what the module does.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::abi::{rp_host, rp_message, rp_reply, rp_status};
use crate::border::module::{Guest, HostLink, Module, Profile};
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

/// An instance of it. Dropping it calls nothing of the module.
pub struct UncheckedInstance(Box<dyn Guest>);

/// Why a call brought no status of the module.
#[derive(Debug)]
pub struct Verdict {
    /// What the loader found.
    pub fault: CallFault,
    /// Whether nothing of the instance may be called again.
    pub is_deadly: bool,
}

impl UncheckedModule {
    /// Loads a module as [`Host::load_with`](crate::Host::load_with) does, up to the instance.
    ///
    /// # Errors
    /// Where a host would refuse the file.
    pub fn load(path: impl AsRef<Path>, options: &LoadOptions) -> Result<Self, Error> {
        let path = path.as_ref();
        load::load(path, options).map(UncheckedModule).map_err(|fault| Error::load(path, fault))
    }

    /// How it speaks with a host.
    pub fn profile(&self) -> Profile {
        self.0.info().profile
    }

    /// The manifest's text.
    pub fn manifest_text(&self) -> &str {
        &self.0.info().manifest_text
    }

    /// Makes an instance.
    ///
    /// # Errors
    /// Where the entry or its table breaks a rule, and where the module made none.
    ///
    /// # Safety
    /// The functions of `host` do what `rp_module.h` says of them, and so does the module.
    pub unsafe fn create(
        &self,
        host: &'static rp_host,
        options: &LoadOptions,
    ) -> Result<UncheckedInstance, Error> {
        let path = self.0.info().path.as_deref().unwrap_or(Path::new(""));
        let link = HostLink { table: host, unwanted: |_| None };
        self.0.create(link, options).map(UncheckedInstance).map_err(|fault| Error::load(path, fault))
    }
}

impl UncheckedInstance {
    /// Calls `handle_message`.
    ///
    /// # Errors
    /// Where the loader judged the call: what a native module would have done to the process, and what it did to the reply.
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
        // SAFETY: the caller vouches for message and reply, and that the instance is alive and at work on nothing else.
        let status = unsafe { (handler.function)(handler.context, message, reply) };
        // SAFETY: that call has just returned, and the caller lets no other one run.
        match unsafe { self.0.verdict(status) } {
            None => Ok(status),
            Some(verdict) => Err(Verdict { fault: verdict.fault, is_deadly: verdict.is_deadly }),
        }
    }

    /// Bytes of memory that the instance has for itself; `None` where it shares this process's.
    ///
    /// It takes the instance for itself, since a call on another thread would change what is looked at:
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
    /// Where it did not return.
    ///
    /// # Safety
    /// No other call of the instance runs, and none came after a deadly verdict.
    pub unsafe fn destroy(self) -> Result<(), CallFault> {
        // SAFETY: the caller lets no other call run, and the instance is given away, so none follows.
        unsafe { self.0.destroy() }
    }
}

/// A path under which the system's loader finds a native library: it takes `$ORIGIN` and its like in a path for something
/// else. It is `path` itself, or that of a private copy, which goes when the process ends.
///
/// # Errors
/// Where there is no library, and where no copy can be made.
pub fn loadable_path(path: impl AsRef<Path>) -> Result<PathBuf, Error> {
    let path = path.as_ref();
    native::loadable_path(path).map_err(|fault| Error::load(path, fault))
}

/// The exported manifest as it stands in the file, whatever it says.
///
/// # Errors
/// Where the file is no module, or has none that can be read.
pub fn manifest_bytes(path: impl AsRef<Path>) -> Result<Vec<u8>, Error> {
    let path = path.as_ref();
    inspect::manifest_bytes(path).map_err(|fault| Error::load(path, fault))
}
