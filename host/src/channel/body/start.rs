//! What a worker is told at its start. It trusts its host, so this is JSON.

use std::ffi::OsString;

use serde::{Deserialize, Serialize};

use super::policy::Policy;

/// What a worker is told at its start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Start {
    /// The number of the host's process.
    pub(crate) parent: u32,
    /// The private copy of the module's file.
    pub(crate) copy: OsString,
    /// The module's own file, for texts.
    pub(crate) original: OsString,
    /// The most lanes for the module's own threads.
    pub(crate) threads: usize,
    /// What it gives up before it loads the module.
    pub(crate) policy: Policy,
}

impl Start {
    /// The body.
    pub(crate) fn write(&self) -> Vec<u8> {
        // Numbers and texts as JSON cannot fail.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Reads one.
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        serde_json::from_slice(body).ok()
    }
}

/// The body of a [`Hello`](super::super::frame::Kind::Hello): what both sides must have in common.
pub(crate) const VERSION: &str = concat!("rp-host ", env!("CARGO_PKG_VERSION"), ", channel 1");
