//! What can be loaded: the instances of an `rp.toml`, or modules found by their names.

use std::path::PathBuf;
use std::time::Duration;

use rp_host::config::{ConfigFile, InstancePlan};
use rp_host::{Error, LoadOptions};

use crate::fault::Fault;

/// An instance whose file is known.
pub struct Loadable {
    /// The instance's name.
    pub name: String,
    /// The module's file.
    pub path: PathBuf,
    /// How it is loaded.
    pub options: LoadOptions,
    /// How long an answer is wanted.
    pub deadline: Option<Duration>,
}

impl From<InstancePlan> for Loadable {
    fn from(plan: InstancePlan) -> Self {
        Self { name: plan.name, path: plan.path, options: plan.options, deadline: plan.deadline }
    }
}

impl Loadable {
    /// A module that was found by its name.
    pub fn found(name: &str, path: PathBuf, options: LoadOptions) -> Self {
        Self { name: name.to_owned(), path, options, deadline: None }
    }

    /// The error of loading it, with the key of the configuration that is at fault.
    pub fn blame(&self, config: Option<&ConfigFile>, error: Error) -> Fault {
        match config {
            Some(file) => file.blame(&self.name, error).into(),
            None => error.into(),
        }
    }
}
