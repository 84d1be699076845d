//! What can be loaded: the instances of an `rp.toml`, or modules found by their names.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rp_host::{Error, Format, Instance, LoadFault, LoadOptions};

use crate::config::{ConfigFile, Places, Planned};
use crate::engine::EngineOptions;
use crate::fault::Fault;
use crate::guard;
use crate::modules::Folders;
use crate::nearest::question_of_file;
use crate::setup::{Setup, nanoseconds};

/// An instance whose file is known.
pub struct Loadable {
    /// The instance's name.
    pub name: String,
    /// The module's file.
    pub path: PathBuf,
    /// What to expect, to tell and to grant.
    pub options: LoadOptions,
    /// How long an answer is wanted.
    pub deadline: Option<Duration>,
    /// Where the configuration says what it is made of, where there is one.
    places: Option<Places>,
}

impl Loadable {
    /// A module that was found by its name.
    pub fn found(name: &str, path: PathBuf, options: LoadOptions) -> Self {
        Self { name: name.to_owned(), path, options, deadline: None, places: None }
    }
}

/// The instances of a configuration, in its order. `given` are the folders named on the command line, which count in
/// place of the configuration's own; so does what `engine` says.
pub fn of_config(
    file: &ConfigFile,
    given: &[PathBuf],
    engine: &EngineOptions,
) -> Result<Vec<Loadable>, Fault> {
    let folders = if given.is_empty() { &file.config.folders } else { given };
    let needs_folders = file.config.instances.iter().any(|planned| planned.path.is_none());
    let folders = needs_folders.then(|| Folders::new(folders)).transpose()?;
    let instances = file.config.instances.iter();
    let loadable = instances.map(|planned| {
        let path = match (&planned.path, &folders) {
            (Some(path), _) => path.clone(),
            (None, Some(folders)) => {
                folders.find(&planned.module).ok_or_else(|| not_found(file, planned, folders))?
            }
            (None, None) => {
                return Err(Fault::environment("rp::modules::not_found", planned.module.as_str()));
            }
        };
        refuse_native(file, planned, &path)?;
        Ok(Loadable {
            name: planned.name.clone(),
            path,
            options: engine.apply(planned.options.clone()),
            deadline: planned.deadline,
            places: Some(planned.places.clone()),
        })
    });
    loadable.collect()
}

fn not_found(file: &ConfigFile, planned: &Planned, folders: &Folders) -> Fault {
    let module = &planned.module;
    let name = rp_host::library_file_name(module).display().to_string();
    let text = format!("the module {module} is not found: no {name} in {folders}");
    let fault = Fault::environment("rp::modules::not_found", text);
    let meant = folders.question(&name);
    let help = format!("{meant}give it a path under [module.{module}], or name its folder");
    file.blame(fault.help(help), &planned.places.module)
}

/// Whoever sets limits means that they hold. What cannot be inspected is refused when it is loaded.
fn refuse_native(file: &ConfigFile, planned: &Planned, path: &Path) -> Result<(), Fault> {
    let Some(place) = planned.places.wasm() else { return Ok(()) };
    if rp_host::inspect(path).map_or(true, |found| found.format == Format::Wasm) {
        return Ok(());
    }
    let (module, path) = (&planned.module, path.display());
    let text = format!("the module {module} is to run as WebAssembly, and {path} is a native library");
    let fault = Fault::environment("rp::config::contradictory", text)
        .help(format!("name its .wasm file as path, or take `wasm` and `engine` of [module.{module}] away"));
    Err(file.blame(fault, place))
}

/// Loads one; answers it and how long that took.
pub fn load(setup: &Setup, one: &Loadable, config: Option<&ConfigFile>) -> Result<(Instance, u64), Fault> {
    let start = Instant::now();
    let load = || setup.host.load_with(&one.path, one.options.clone());
    match (guard::waiting_for(&one.path.display().to_string(), load), config, &one.places) {
        (Ok(instance), ..) => Ok((instance, nanoseconds(start))),
        (Err(error), Some(file), Some(places)) => Err(blame(file, places, one, error)),
        (Err(error), ..) => Err(error.into()),
    }
}

/// Marks the key at fault.
fn blame(file: &ConfigFile, places: &Places, one: &Loadable, error: Error) -> Fault {
    let place = places.of(error.load_fault());
    let meant = match error.load_fault() {
        Some(LoadFault::NotFound) => question_of_file(&one.path),
        _ => String::new(),
    };
    file.blame(Fault::from(error).help_first(&meant), place)
}
