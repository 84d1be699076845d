//! What a client is told of the instances.

use rp_host::{Instance, WorkerStatus};
use serde::Serialize;

/// All instances, in the order in which they were loaded.
#[derive(Serialize)]
pub struct Instances<'a> {
    instances: Vec<Row<'a>>,
}

/// An instance.
#[derive(Serialize)]
struct Row<'a> {
    instance: &'a str,
    module: &'a str,
    version: String,
    profile: &'a str,
    is_ready: bool,
    /// Its process, if it has one of its own.
    worker: Option<WorkerStatus>,
}

impl<'a> From<&'a [Instance]> for Instances<'a> {
    fn from(instances: &'a [Instance]) -> Self {
        Instances { instances: instances.iter().map(row).collect() }
    }
}

fn row(instance: &Instance) -> Row<'_> {
    Row {
        instance: instance.name(),
        module: &instance.manifest().name,
        version: instance.manifest().version.to_string(),
        profile: instance.profile().as_str(),
        is_ready: instance.is_ready(),
        worker: instance.worker(),
    }
}
