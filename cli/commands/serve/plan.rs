//! What is to be served, from the command line and the configuration. Nothing is started or loaded yet.

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use rp_host::LoadOptions;
use rp_host::config::{ConfigFile, SearchPath};

use super::options::Options;
use crate::arguments::global::Global;
use crate::fault::Fault;
use crate::running::loadable::Loadable;
use crate::running::log_filter::LogFilter;
use crate::running::plan::HostPlan;
use crate::wasm::limit::{Limit, refuse_native};

/// What is served, where, and how much of it at once.
pub struct Plan {
    pub host: HostPlan,
    /// What is loaded before the first request.
    pub instances: Vec<Loadable>,
    /// Where other modules are searched; None where there are no others.
    pub folders: Option<Folders>,
    pub socket: Option<PathBuf>,
    pub limits: Limits,
    pub is_json: bool,
}

/// Where modules are searched, and how they are loaded.
pub struct Folders {
    pub search: SearchPath,
    pub load: LoadOptions,
    pub limits: Vec<Limit>,
}

/// How much is done at once, and how long.
#[derive(Clone, Copy)]
pub struct Limits {
    pub requests: usize,
    pub clients: usize,
    pub stop: Duration,
}

/// Reads the configuration.
pub fn plan(options: &Options, global: &Global) -> Result<Plan, Fault> {
    let config = config(options)?;
    let instances = match &config {
        Some(file) => options.host.instances(file, &options.modules)?,
        None => options.files.iter().map(|file| module(options, file)).collect::<Result<_, _>>()?,
    };
    let folders = options.files.is_empty().then(|| folders(options)).transpose()?;
    let mut host = options.host.plan(global, config, LogFilter::default());
    host.has_metrics = true;
    host.inputs = instances.iter().map(|one| one.path.clone()).collect();
    if let Some(folders) = &folders {
        host.inputs.extend(folders.search.libraries()?);
    }
    let limits = Limits {
        requests: options.requests.into(),
        clients: options.clients.into(),
        stop: Duration::from_millis(options.stop_ms),
    };
    Ok(Plan { host, instances, folders, socket: options.socket.clone(), limits, is_json: global.json })
}

/// The one file whose name ends in `.toml`.
fn config(options: &Options) -> Result<Option<Rc<ConfigFile>>, Fault> {
    let is_config = |file: &&PathBuf| file.extension().is_some_and(|extension| extension == "toml");
    let Some(file) = options.files.iter().find(is_config) else { return Ok(None) };
    let refuse = |text: &str| Err(Fault::environment("rp::usage", format!("{}: {text}", file.display())));
    if options.files.len() > 1 {
        return refuse("an rp.toml names all modules").map_err(|fault: Fault| fault.help("give it alone"));
    }
    let host = &options.host;
    if !host.grants.is_empty() || !host.wasm_limits.is_empty() || host.isolation.isolated {
        return refuse("--grant, --wasm-limit and --isolated do not go with an rp.toml")
            .map_err(|fault: Fault| fault.help("write grants, limits and loader = \"isolated\" into it"));
    }
    Ok(Some(Rc::new(ConfigFile::read(file)?)))
}

fn module(options: &Options, file: &Path) -> Result<Loadable, Fault> {
    refuse_native(file, &options.host.wasm_limits)?;
    Ok(Loadable::found("", file.to_owned(), options.host.load_options()))
}

fn folders(options: &Options) -> Result<Folders, Fault> {
    Ok(Folders {
        search: SearchPath::new(&options.modules)?,
        load: options.host.load_options(),
        limits: options.host.wasm_limits.clone(),
    })
}
