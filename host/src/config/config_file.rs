//! An `rp.toml`, read and checked.

use std::path::{Path, PathBuf};

use super::check;
use super::error::ConfigError;
use super::instance_plan::{self, InstancePlan};
use super::nearest::question_of_file;
use super::planned::{Config, Planned, StorePlace};
use super::source::Source;
use super::store;
use crate::error::{Error, LoadFault};
use crate::host::builder::HostBuilder;
use crate::host::host::Host;
use crate::host::instance_handle::Instance;
use crate::loader::inspect::{Inspection, inspect_with};
use crate::options::host::HostOptions;

/// The store, and what SQLite keeps beside it.
const STORE_ENDINGS: [&str; 4] = ["", "-wal", "-shm", "-journal"];

/// An `rp.toml`, read and checked; nothing is opened or loaded yet.
///
/// Every path in it is relative to the folder of the file.
///
/// ```
/// use std::path::Path;
/// use rp_host::{Host, config::ConfigFile};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let text = "limits.wait_ms = 500\n";
/// let file = ConfigFile::parse(Path::new("rp.toml"), text.into())?;
/// let host = file.start(Host::builder().name("my-program").on_log(|line| eprintln!("{}", line.text)))?;
/// assert!(host.instances().is_empty());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct ConfigFile {
    source: Source,
    config: Config,
}

impl ConfigFile {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// If the file cannot be read, is not well-formed or contradicts itself; the error marks the place.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, ConfigError> {
        let path = path.as_ref();
        let source = Source::read(path).map_err(|error| {
            let text = format!("the configuration {} cannot be read: {error}", path.display());
            ConfigError::new("rp::config::unreadable", text)
                .with_system_help(&error, "give the path of an rp.toml; `rp run --help` shows one")
        })?;
        Self::checked(source)
    }

    /// Checks the text of a file; `path` is where the file lies, or would.
    ///
    /// # Errors
    /// As for [`read`](Self::read).
    pub fn parse(path: &Path, text: String) -> Result<Self, ConfigError> {
        Self::checked(Source { path: path.into(), text: text.into() })
    }

    fn checked(source: Source) -> Result<Self, ConfigError> {
        let folder = source.path.parent().unwrap_or(Path::new(""));
        match check::config(&source.text, folder) {
            Ok(config) => Ok(Self { source, config }),
            Err(fault) => Err(ConfigError::in_file(&source, fault)),
        }
    }

    /// The path of the file, as it was given.
    pub fn path(&self) -> &Path {
        &self.source.path
    }

    /// What holds for the whole host.
    pub fn host_options(&self) -> &HostOptions {
        &self.config.host
    }

    /// The names of the instances, in the order of the file, which is that of loading.
    pub fn instance_names(&self) -> impl Iterator<Item = &str> {
        self.config.instances.iter().map(|planned| planned.name.as_str())
    }

    /// The files that no output may overwrite: itself, the modules that it names by path, and the store with the files that
    /// SQLite keeps beside it.
    pub fn inputs(&self) -> Vec<PathBuf> {
        let recorded = |planned: &Planned| planned.options.recording().map(Path::to_owned);
        let planned = self.config.instances.iter();
        let modules = planned.flat_map(|planned| planned.path.clone().into_iter().chain(recorded(planned)));
        let store = self
            .store()
            .flatten()
            .into_iter()
            .flat_map(|path| STORE_ENDINGS.map(|ending| with_ending(path, ending)));
        std::iter::once(self.source.path.to_path_buf()).chain(modules).chain(store).collect()
    }

    /// Builds a host with the limits and the store of the file, and loads the instances in the order of the file.
    ///
    /// # Errors
    /// If the store cannot be opened, a module is not found, or an instance cannot be made ready; the error marks the key of
    /// the file that is at fault. Nothing stays loaded then.
    pub fn start(&self, builder: HostBuilder) -> Result<Host, ConfigError> {
        let plans = self.locate(&[])?;
        let host = self.configure(builder)?.build();
        for plan in &plans {
            self.load(&host, plan)?;
        }
        Ok(host)
    }

    /// Gives a builder the limits and the store of the file; the store is opened, and created if it does not exist.
    ///
    /// # Errors
    /// If the store cannot be opened or indexed; the error marks the key that is at fault. If the builder is to
    /// [record](HostBuilder::record) what the file keeps out of the trace.
    pub fn configure(&self, builder: HostBuilder) -> Result<HostBuilder, ConfigError> {
        let builder = builder.options(&self.config.host);
        if builder.contradicts_itself() {
            let text = format!(
                "{}: `trace.redact` keeps values out of what the program records as a whole",
                self.source.path.display()
            );
            let help = "take `redact` out, or have the program write a trace in place of a recording";
            return Err(ConfigError::new("rp::config::contradictory", text).with_help(help));
        }
        Ok(match &self.config.store {
            Some(planned) => builder.store(store::open(planned, &self.source)?),
            None => builder,
        })
    }

    /// Finds the module of each instance, in the order of the file. `folders`, where there are any, are searched in place of
    /// those of the file.
    ///
    /// # Errors
    /// If a folder or a module is not found, or a native module has limits of WebAssembly.
    pub fn locate(&self, folders: &[PathBuf]) -> Result<Vec<InstancePlan>, ConfigError> {
        self.locate_each(folders).into_iter().collect()
    }

    /// As [`locate`](Self::locate), with an outcome for each instance.
    pub fn locate_each(&self, folders: &[PathBuf]) -> Vec<Result<InstancePlan, ConfigError>> {
        instance_plan::locate(&self.config, &self.source, folders)
    }

    /// What the module of an instance says about itself, compared with what the file expects of it. None of its code runs.
    ///
    /// # Errors
    /// As for [`inspect_with`](crate::inspect_with); the error marks the key that is at fault.
    pub fn inspect(&self, plan: &InstancePlan) -> Result<Inspection, ConfigError> {
        inspect_with(&plan.path, &plan.options).map_err(|error| self.blame(&plan.name, error))
    }

    /// Where the store lies, if the file names one: `None` inside stands for memory.
    pub fn store(&self) -> Option<Option<&Path>> {
        self.config.store.as_ref().map(|store| match &store.place {
            StorePlace::File(path) => Some(path.as_path()),
            StorePlace::Memory => None,
        })
    }

    /// Loads one of the instances that [`locate`](Self::locate) found.
    ///
    /// # Errors
    /// As for [`Host::load_with`]; the error marks the key that is at fault.
    pub fn load(&self, host: &Host, plan: &InstancePlan) -> Result<Instance, ConfigError> {
        let loaded = host.load_with(&plan.path, plan.options.clone());
        loaded.map_err(|error| self.blame(&plan.name, error))
    }

    /// The error of loading an instance with the key of the file that is at fault.
    pub fn blame(&self, instance: &str, error: Error) -> ConfigError {
        let meant = match (error.load_fault(), error.path()) {
            (Some(LoadFault::NotFound), Some(path)) => question_of_file(path),
            _ => String::new(),
        };
        let planned = self.config.instances.iter().find(|planned| planned.name == instance);
        let place = planned.map(|planned| planned.places.of(error.load_fault()).clone());
        let told = ConfigError::from(error).with_question(&meant);
        match place {
            Some(place) => told.at(&self.source, place),
            None => told,
        }
    }
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(ending);
    path.into()
}
