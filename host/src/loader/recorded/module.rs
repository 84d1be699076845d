//! A module that is not there.

use std::sync::Arc;

use super::cassette::{Cassette, Tape};
use super::guest::RecordedGuest;
use crate::border::module::{Guest, HostLink, Module, ModuleInfo};
use crate::error::LoadFault;
use crate::options::load::LoadOptions;

/// A module that is not there; each of its instances answers the whole recording.
pub(super) struct RecordedModule {
    pub(super) info: ModuleInfo,
    pub(super) tape: Arc<Tape>,
}

impl Module for RecordedModule {
    fn info(&self) -> &ModuleInfo {
        &self.info
    }

    fn create(&self, _host: HostLink, _options: &LoadOptions) -> Result<Box<dyn Guest>, LoadFault> {
        Ok(Box::new(RecordedGuest(Cassette::new(Arc::clone(&self.tape)))))
    }
}
