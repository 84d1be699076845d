//! What functions tell of instances and files, as JSON.

use std::path::Path;

use host::{Counters, Instance};
use serde::Serialize;

/// A path as JSON holds it: text.
pub(crate) fn path(path: &Path) -> String {
    path.display().to_string()
}

/// An instance.
#[derive(Serialize)]
pub(crate) struct InstanceView<'a> {
    instance: &'a str,
    module: &'a str,
    version: String,
    profile: &'a str,
    file: Option<String>,
    is_ready: bool,
}

pub(crate) fn instance(instance: &Instance) -> InstanceView<'_> {
    InstanceView {
        instance: instance.name(),
        module: &instance.manifest().name,
        version: instance.manifest().version.to_string(),
        profile: instance.profile().as_str(),
        file: instance.path().map(path),
        is_ready: instance.is_ready(),
    }
}

/// What the calls of an instance took.
#[derive(Serialize)]
pub(crate) struct CountersView {
    calls: u64,
    errors: u64,
    faults: u64,
    time_ns: u64,
    bytes_in: u64,
    bytes_out: u64,
}

pub(crate) fn counters(counters: Counters) -> CountersView {
    CountersView {
        calls: counters.calls,
        errors: counters.errors,
        faults: counters.faults,
        time_ns: u64::try_from(counters.time.as_nanos()).unwrap_or(u64::MAX),
        bytes_in: counters.bytes_in,
        bytes_out: counters.bytes_out,
    }
}
