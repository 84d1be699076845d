//! What all threads of a worker share.

use std::sync::{Arc, OnceLock};

use super::threads::Threads;
use crate::border::module::{Guest, HostLink, Module};
use crate::channel::stream::StreamLane;
use crate::error::LoadFault;
use crate::options::load::LoadOptions;

/// What all threads of a worker share. It is never dropped: the process ends first.
pub(super) struct Process {
    pub(super) control: StreamLane,
    pub(super) threads: Threads,
    module: OnceLock<Arc<dyn Module>>,
    guest: OnceLock<Box<dyn Guest>>,
}

impl Process {
    pub(super) fn new(control: StreamLane, threads: usize) -> Self {
        Process { control, threads: Threads::new(threads), module: OnceLock::new(), guest: OnceLock::new() }
    }

    pub(super) fn set_module(&self, module: Arc<dyn Module>) {
        self.module.get_or_init(|| module);
    }

    /// Makes the instance. The host asks for that once.
    pub(super) fn create(&self, link: HostLink) -> Result<(), LoadFault> {
        let module = self.module.get().ok_or(LoadFault::CreateFailed)?;
        let guest = module.create(link, &LoadOptions::new())?;
        self.guest.get_or_init(|| guest);
        Ok(())
    }

    /// The instance, once it is there.
    pub(super) fn guest(&self) -> Option<&dyn Guest> {
        self.guest.get().map(AsRef::as_ref)
    }
}
