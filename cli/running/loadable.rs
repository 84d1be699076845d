//! What can be loaded: the instances of an `rp.toml`, or modules found by their names.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rp_host::{Error, Format, LoadFault, LoadOptions};

use super::search_path::SearchPath;
use crate::config::{ConfigFile, Places, Planned};
use crate::fault::Fault;
use crate::nearest::question_of_file;

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
    /// Where the configuration says what it is made of, where there is one.
    places: Option<Places>,
}

impl Loadable {
    /// A module that was found by its name.
    pub fn found(name: &str, path: PathBuf, options: LoadOptions) -> Self {
        Self { name: name.to_owned(), path, options, deadline: None, places: None }
    }

    /// The error of loading it, with the key of the configuration that is at fault.
    pub fn blame(&self, config: Option<&ConfigFile>, error: Error) -> Fault {
        let (Some(file), Some(places)) = (config, &self.places) else { return error.into() };
        let place = places.of(error.load_fault());
        let meant = match error.load_fault() {
            Some(LoadFault::NotFound) => question_of_file(&self.path),
            _ => String::new(),
        };
        file.blame(Fault::from(error).help_first(&meant), place)
    }
}

/// The instances of a configuration, in its order. `given` are the folders named on the command line, which replace those of
/// the configuration.
pub fn of_config(file: &ConfigFile, given: &[PathBuf]) -> Result<Vec<Loadable>, Fault> {
    let folders = if given.is_empty() { &file.config.folders } else { given };
    let needs_folders = file.config.instances.iter().any(|planned| planned.path.is_none());
    let folders = needs_folders.then(|| SearchPath::new(folders)).transpose()?;
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
            options: planned.options.clone(),
            deadline: planned.deadline,
            places: Some(planned.places.clone()),
        })
    });
    loadable.collect()
}

fn not_found(file: &ConfigFile, planned: &Planned, folders: &SearchPath) -> Fault {
    let module = &planned.module;
    let name = rp_host::library_file_name(module).display().to_string();
    let text = format!("the module {module} is not found: no {name} in {folders}");
    let fault = Fault::environment("rp::modules::not_found", text);
    let meant = folders.question(&name);
    let help = format!("{meant}give it a path under [module.{module}], or name the folder that contains it");
    file.blame(fault.help(help), &planned.places.module)
}

/// Refuses a native module that limits are set for: they would not hold. A file that cannot be inspected fails when it is
/// loaded.
fn refuse_native(file: &ConfigFile, planned: &Planned, path: &Path) -> Result<(), Fault> {
    let Some(place) = planned.places.wasm() else { return Ok(()) };
    if rp_host::inspect(path).map_or(true, |found| found.format == Format::Wasm) {
        return Ok(());
    }
    let (module, path) = (&planned.module, path.display());
    let text = format!("the module {module} is configured as WebAssembly, but {path} is a native library");
    let fault = Fault::environment("rp::config::contradictory", text)
        .help(format!("name its .wasm file as path, or remove `wasm` and `engine` from [module.{module}]"));
    Err(file.blame(fault, place))
}
