//! The instances that a session may name: those of a configuration, or modules that are searched when a line first names
//! them.

use std::path::PathBuf;
use std::rc::Rc;

use rp_host::LoadOptions;
use rp_host::config::{ConfigFile, SearchPath};

use crate::fault::Fault;
use crate::nearest::question;
use crate::running::loadable::Loadable;
use crate::session::Step;
use crate::wasm::limit::{Limit, refuse_native};

/// The instances that were named, or may be.
pub struct SessionInstances {
    /// The name of the session, for errors.
    session: String,
    known: Vec<Rc<Loadable>>,
    source: Source,
}

enum Source {
    Config(Rc<ConfigFile>),
    Folders { folders: SearchPath, load: Box<LoadOptions>, limits: Vec<Limit> },
}

impl SessionInstances {
    /// The instances of a configuration, which are all.
    pub fn configured(session: &str, config: Rc<ConfigFile>, all: Vec<Loadable>) -> Self {
        let known = all.into_iter().map(Rc::new).collect();
        Self { session: session.to_owned(), known, source: Source::Config(config) }
    }

    /// The modules in folders, by their names. They are loaded with `load`; a native one is refused where `limits` are set.
    pub fn in_folders(session: &str, folders: SearchPath, load: LoadOptions, limits: Vec<Limit>) -> Self {
        let source = Source::Folders { folders, load: Box::new(load), limits };
        Self { session: session.to_owned(), known: Vec::new(), source }
    }

    /// Those that are loaded before the first line: the instances of a configuration talk with each other.
    pub fn loaded_first(&self) -> Vec<Rc<Loadable>> {
        match self.source {
            Source::Config(_) => self.known.clone(),
            Source::Folders { .. } => Vec::new(),
        }
    }

    /// The files of all that are known by now, and of all that a later line may name.
    pub fn paths(&self) -> Result<Vec<PathBuf>, Fault> {
        let mut paths: Vec<PathBuf> = self.known.iter().map(|one| one.path.clone()).collect();
        if let Source::Folders { folders, .. } = &self.source {
            paths.extend(folders.libraries()?);
        }
        Ok(paths)
    }

    /// The instance that a line names.
    pub fn find(&mut self, step: &Step<'_>) -> Result<Rc<Loadable>, Fault> {
        if let Some(known) = self.known.iter().find(|one| one.name == step.module) {
            return Ok(Rc::clone(known));
        }
        let fault = match &self.source {
            Source::Config(config) => unknown(config, step),
            Source::Folders { folders, load, limits } => match folders.find(&step.module) {
                Some(path) => {
                    refuse_native(&path, limits)?;
                    let load = LoadOptions::clone(load).expect_name(&step.module);
                    let found = Rc::new(Loadable::found(&step.module, path, load));
                    self.known.push(Rc::clone(&found));
                    return Ok(found);
                }
                None => not_found(step, folders),
            },
        };
        Err(fault.in_lines(&self.session, step.line, step.source, 0..step.source.len()))
    }
}

fn unknown(config: &ConfigFile, step: &Step<'_>) -> Fault {
    let path = config.path().display();
    let text = format!("line {}: {path} has no instance {}", step.line, step.module);
    let meant = question(&step.module, config.instance_names());
    let help = format!("{meant}add [instance.{}] to {path}, or name an existing instance", step.module);
    Fault::environment("rp::session::unknown_instance", text).help(help)
}

fn not_found(step: &Step<'_>, folders: &SearchPath) -> Fault {
    let file = rp_host::library_file_name(&step.module).display().to_string();
    let text = format!("line {}: the module {} is not found: no {file} in {folders}", step.line, step.module);
    Fault::environment("rp::modules::not_found", text)
        .help("build it, or name its folder with --modules DIR; `rp list DIR` shows what is there")
        .help_first(&folders.question(&file))
}
