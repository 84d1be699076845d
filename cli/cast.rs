//! Whom a session may name: the instances of a configuration, or modules that are found when a line first names them.

use std::path::PathBuf;
use std::rc::Rc;

use rp_host::LoadOptions;

use crate::config::ConfigFile;
use crate::fault::Fault;
use crate::instances::{self, Loadable};
use crate::modules::Folders;
use crate::nearest::question;
use crate::session::{SessionFault, Step};
use crate::setup::HostOptions;
use crate::wasm;

/// Everybody who was named, or may be.
pub struct Cast<'a> {
    /// The name of the session, for errors.
    session: &'a str,
    known: Vec<Rc<Loadable>>,
    source: Source<'a>,
    host: &'a HostOptions,
}

enum Source<'a> {
    Config(&'a ConfigFile),
    Folders(Folders),
}

impl<'a> Cast<'a> {
    /// The instances of a configuration, which are all.
    pub fn of_config(
        session: &'a str,
        config: &'a ConfigFile,
        folders: &[PathBuf],
        host: &'a HostOptions,
    ) -> Result<Self, Fault> {
        let loadable = instances::of_config(config, folders, &host.engine)?;
        let known = loadable.into_iter().map(Rc::new).collect();
        Ok(Self { session, known, source: Source::Config(config), host })
    }

    /// The modules in folders, by their names.
    pub fn in_folders(session: &'a str, folders: Folders, host: &'a HostOptions) -> Self {
        Self { session, known: Vec::new(), source: Source::Folders(folders), host }
    }

    /// Who is to be there before the first line, since they talk with each other.
    pub fn first(&self) -> Vec<Rc<Loadable>> {
        match self.source {
            Source::Config(_) => self.known.clone(),
            Source::Folders(_) => Vec::new(),
        }
    }

    /// The files of all that are known by now, and of all that a later line may name.
    pub fn paths(&self) -> Result<Vec<PathBuf>, Fault> {
        let mut paths: Vec<PathBuf> = self.known.iter().map(|one| one.path.clone()).collect();
        if let Source::Folders(folders) = &self.source {
            paths.extend(folders.libraries()?);
        }
        Ok(paths)
    }

    /// Whom a line names.
    pub fn meet(&mut self, step: &Step<'_>) -> Result<Rc<Loadable>, Fault> {
        if let Some(known) = self.known.iter().find(|one| one.name == step.module) {
            return Ok(Rc::clone(known));
        }
        let fault = match &self.source {
            Source::Config(config) => unknown(config, step),
            Source::Folders(folders) => match folders.find(&step.module) {
                Some(path) => {
                    wasm::refuse_native(&path, &self.host.wasm_limits)?;
                    let load: LoadOptions = self.host.load_options().expect_name(&step.module);
                    let found = Rc::new(Loadable::found(&step.module, path, load));
                    self.known.push(Rc::clone(&found));
                    return Ok(found);
                }
                None => not_found(step, folders),
            },
        };
        let whole = SessionFault { line: step.line, span: 0..step.source.len(), text: String::new() };
        Err(fault.at(self.session, step.source, &whole))
    }
}

fn unknown(config: &ConfigFile, step: &Step<'_>) -> Fault {
    let path = config.path.display();
    let text = format!("line {}: {path} has no instance {}", step.line, step.module);
    let names = config.config.instances.iter().map(|planned| planned.name.as_str());
    let meant = question(&step.module, names);
    let help = format!("{meant}add [instance.{}] to {path}, or name an instance that is there", step.module);
    Fault::environment("rp::session::unknown_instance", text).help(help)
}

fn not_found(step: &Step<'_>, folders: &Folders) -> Fault {
    let file = rp_host::library_file_name(&step.module).display().to_string();
    let text = format!("line {}: the module {} is not found: no {file} in {folders}", step.line, step.module);
    Fault::environment("rp::modules::not_found", text)
        .help("build it, or name its folder with --modules DIR; `rp list DIR` shows what is there")
        .help_first(&folders.question(&file))
}
