//! The instances that requests may name.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rp_host::{Host, Instance, LoadOptions};
use rp_protocol::is_module_name;

use super::answer::ErrorLine;
use super::plan::Folders;
use crate::guard;
use crate::nearest::question;
use crate::wasm::limit::refuse_native;

/// The instances of a host, and those that it may still load.
pub struct Modules {
    host: Host,
    /// How long answers of instances are wanted, by name.
    deadlines: HashMap<String, Duration>,
    folders: Option<Folders>,
    /// One is loaded at a time.
    loading: Mutex<()>,
}

impl Modules {
    pub fn new(host: Host, deadlines: HashMap<String, Duration>, folders: Option<Folders>) -> Self {
        Modules { host, deadlines, folders, loading: Mutex::new(()) }
    }

    /// The instance of that name. A module in the folders is loaded when it is first named.
    pub fn find(&self, name: &str) -> Result<Instance, ErrorLine> {
        if let Some(instance) = self.host.instance(name) {
            return Ok(instance);
        }
        match &self.folders {
            Some(folders) => self.load(name, folders),
            None => Err(self.unknown(name)),
        }
    }

    /// How long an answer of the instance is wanted, where the configuration says so.
    pub fn deadline(&self, name: &str) -> Option<Duration> {
        self.deadlines.get(name).copied()
    }

    fn load(&self, name: &str, folders: &Folders) -> Result<Instance, ErrorLine> {
        let _one = self.loading.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(instance) = self.host.instance(name) {
            return Ok(instance);
        }
        if !is_module_name(name) {
            let text = format!("`{name}` is not a module name: lower-case letters, digits and `-`");
            return Err(ErrorLine::operator("rp::serve::unknown_instance", text)
                .help("name a module in `module`, or `host`"));
        }
        let Some(path) = folders.search.find(name) else { return Err(not_found(name, folders)) };
        refuse_native(&path, &folders.limits)?;
        let options = LoadOptions::clone(&folders.load).expect_name(name);
        let load = || self.host.load_with(&path, options);
        Ok(guard::waiting_for(&path.display().to_string(), load)?)
    }

    fn unknown(&self, name: &str) -> ErrorLine {
        let instances = self.host.instances();
        let names: Vec<&str> = instances.iter().map(Instance::name).collect();
        let meant = question(name, names.iter().copied());
        ErrorLine::operator("rp::serve::unknown_instance", format!("there is no instance {name}"))
            .help(format!("{meant}there are {} and host", names.join(", ")))
    }
}

fn not_found(name: &str, folders: &Folders) -> ErrorLine {
    let file = rp_host::library_file_name(name).display().to_string();
    let text = format!("the module {name} is not found: no {file} in {}", folders.search);
    let meant = folders.search.question(&file);
    ErrorLine::operator("rp::modules::not_found", text).help(format!(
        "{meant}build it, or name its folder with --modules DIR; `rp list DIR` shows what is there"
    ))
}
