//! A module that speaks through its table, and its instances.

use core::ffi::c_void;
use std::path::PathBuf;
use std::ptr::NonNull;

use rp_protocol::Manifest;

use super::table::Table;
use crate::border::module::{Guest, Handler, HostLink, Module, ModuleInfo, Profile};
use crate::error::{CallFault, LoadFault};
use crate::options::load::LoadOptions;

pub(super) struct TableModule {
    info: ModuleInfo,
    table: Table,
}

impl TableModule {
    /// `path` is the file that it came from, if it came from one.
    pub(super) fn new(
        path: Option<PathBuf>,
        table: Table,
        manifest_text: String,
        manifest: Manifest,
    ) -> Self {
        let info = ModuleInfo {
            profile: Profile::Abi,
            flags: table.flags,
            manifest,
            manifest_text,
            path,
            notice: None,
        };
        TableModule { info, table }
    }
}

impl Module for TableModule {
    fn info(&self) -> &ModuleInfo {
        &self.info
    }

    fn create(&self, host: HostLink, _options: &LoadOptions) -> Result<Box<dyn Guest>, LoadFault> {
        // SAFETY: the table was checked, and rule 6 lets `create` be called with a host that lives as long as the process.
        let state = NonNull::new(unsafe { (self.table.create)(host.table) });
        Ok(Box::new(TableGuest { table: self.table, state: state.ok_or(LoadFault::CreateFailed)? }))
    }
}

struct TableGuest {
    table: Table,
    state: NonNull<c_void>,
}

// SAFETY: rule 5: an instance may be used from any thread.
unsafe impl Send for TableGuest {}
// SAFETY: a shared guest only gives out its functions and the address of its state, which never change; each call through
// them is `unsafe`.
unsafe impl Sync for TableGuest {}

impl Guest for TableGuest {
    fn handler(&self) -> Handler {
        self.table.handler(self.state.as_ptr())
    }

    unsafe fn destroy(&self) -> Result<(), CallFault> {
        // SAFETY: `create` made the state, and the caller destroys it once, after the last message (rule 6).
        unsafe { (self.table.destroy)(self.state.as_ptr()) }
        Ok(())
    }
}
