//! The instances of an `rp.toml` with the files of their modules.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::error::ConfigError;
use super::planned::{Config, Planned};
use super::search_path::SearchPath;
use super::source::Source;
use crate::error::{Error, LoadFault};
use crate::loader::format::Format;
use crate::loader::inspect::inspect;
use crate::options::load::LoadOptions;
use crate::platform::file_name::library_file_name;

/// An instance of an `rp.toml` whose module was found.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct InstancePlan {
    /// The instance's name.
    pub name: String,
    /// The module's name.
    pub module: String,
    /// The module's file, or the recording that answers in its place.
    pub path: PathBuf,
    /// How it is loaded.
    pub options: LoadOptions,
    /// How long an answer may take (`limits.deadline_ms`): the host sets no deadline by itself, whoever sends the message does.
    pub deadline: Option<Duration>,
}

/// Each instance of a configuration, in its order, with its file or why there is none. `given` are folders to search in place
/// of those of the configuration.
pub(super) fn locate(
    config: &Config,
    source: &Source,
    given: &[PathBuf],
) -> Vec<Result<InstancePlan, ConfigError>> {
    let folders = if given.is_empty() { &config.folders } else { given };
    config.instances.iter().map(|planned| plan(planned, source, folders)).collect()
}

fn plan(planned: &Planned, source: &Source, folders: &[PathBuf]) -> Result<InstancePlan, ConfigError> {
    let path = match (planned.options.recording(), &planned.path) {
        (Some(path), _) => path.to_owned(),
        (None, Some(path)) => path.clone(),
        (None, None) => {
            let folders = SearchPath::new(folders)?;
            folders.find(&planned.module).ok_or_else(|| not_found(source, planned, &folders))?
        }
    };
    if planned.options.recording().is_none() {
        refuse_other_format(source, planned, &path)?;
    }
    Ok(InstancePlan {
        name: planned.name.clone(),
        module: planned.module.clone(),
        path,
        options: planned.options.clone(),
        deadline: planned.deadline,
    })
}

fn not_found(source: &Source, planned: &Planned, folders: &SearchPath) -> ConfigError {
    let module = &planned.module;
    let name = library_file_name(module).display().to_string();
    let text = format!("the module {module} is not found: no {name} in {folders}");
    let meant = folders.question(&name);
    let help = format!("{meant}give it a path under [module.{module}], or name the folder that contains it");
    let error = ConfigError::new("rp::modules::not_found", text).with_help(help);
    error.at(source, planned.places.module.clone())
}

/// Refuses a native module with limits for WebAssembly, which would not hold, and WebAssembly that is to be isolated. A file
/// that cannot be inspected fails when it is loaded.
fn refuse_other_format(source: &Source, planned: &Planned, path: &Path) -> Result<(), ConfigError> {
    let (wasm, isolated) = (planned.places.wasm(), &planned.places.isolated);
    if wasm.is_none() && isolated.is_none() {
        return Ok(());
    }
    let Ok(found) = inspect(path) else { return Ok(()) };
    match (found.format == Format::Wasm, wasm, isolated) {
        (false, Some(place), _) => Err(native(planned, path).at(source, place.clone())),
        (true, _, Some(place)) => {
            let error = ConfigError::from(Error::load(path, LoadFault::IsolatedWasm));
            Err(error.at(source, place.clone()))
        }
        _ => Ok(()),
    }
}

fn native(planned: &Planned, path: &Path) -> ConfigError {
    let (module, path) = (&planned.module, path.display());
    let text = format!("the module {module} is configured as WebAssembly, but {path} is a native library");
    let help = format!("name its .wasm file as path, or remove `wasm` and `engine` from [module.{module}]");
    ConfigError::new("rp::config::contradictory", text).with_help(help)
}
