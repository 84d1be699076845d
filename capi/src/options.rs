//! Options as JSON.

use core::ffi::c_char;
use std::path::{Path, PathBuf};

use host::config::ConfigFile;
use host::{Error, HostBuilder, HostFault};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::contain::Outcome;
use crate::text::text;

/// Reads options; without a text they are the default.
///
/// # Safety
/// `json` is valid for `len` bytes, or NULL.
pub(crate) unsafe fn read<T: DeserializeOwned + Default>(json: *const c_char, len: usize) -> Outcome<T> {
    // SAFETY: as the caller promises.
    let text = unsafe { text("options", json, len) }?;
    if text.is_empty() {
        return Ok(T::default());
    }
    // Else serde would take the fields from an array, too.
    if !text.trim_start().starts_with('{') {
        return Err(refused("they are no JSON object".to_owned()));
    }
    serde_json::from_str(text).map_err(|error| refused(error.to_string()))
}

fn refused(text: String) -> Box<crate::error::rph_error> {
    Error::host(HostFault::Options(text)).into()
}

/// What a host is to be: keys of its own, and those of an `rp.toml`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct BuilderOptions {
    name: Option<String>,
    version: Option<String>,
    call_threads: Option<usize>,
    count_calls: bool,
    metrics: bool,
    worker_program: Option<PathBuf>,
    /// The file of the recording.
    pub(crate) record: Option<PathBuf>,
    #[serde(flatten)]
    file: Map<String, Value>,
}

impl BuilderOptions {
    /// The keys of an `rp.toml`, where there are any, read by what reads that.
    pub(crate) fn configuration(&self) -> Outcome<Option<ConfigFile>> {
        if self.file.is_empty() {
            return Ok(None);
        }
        let text = toml::to_string(&self.file).map_err(|error| refused(error.to_string()))?;
        Ok(Some(ConfigFile::parse(Path::new("options"), text)?))
    }

    /// Applies the keys of its own.
    pub(crate) fn apply(self, mut builder: HostBuilder) -> HostBuilder {
        if let Some(name) = self.name {
            builder = builder.name(&name);
        }
        if let Some(version) = self.version {
            builder = builder.version(&version);
        }
        if let Some(threads) = self.call_threads {
            builder = builder.call_threads(threads);
        }
        if self.count_calls {
            builder = builder.count_calls();
        }
        if self.metrics {
            builder = builder.metrics();
        }
        if let Some(program) = self.worker_program {
            builder = builder.worker_program(program);
        }
        builder
    }
}
