//! The positions of the keys that define an instance, and which of them an error is about.

use std::ops::Range;
use std::path::PathBuf;

use toml::Spanned;

use super::file;
use crate::error::LoadFault;
use crate::options::loader::LoaderName;

/// The positions of the keys that loading an instance depends on.
#[derive(Clone, Debug)]
pub struct Places {
    /// `[instance.NAME]`
    name: Range<usize>,
    /// `[module.NAME]`
    pub module: Range<usize>,
    path: Option<Range<usize>>,
    version: Option<Range<usize>>,
    sha256: Option<Range<usize>>,
    engine: Option<Range<usize>>,
    wasm: Option<Range<usize>>,
    /// `loader`, where it says that the module is isolated.
    pub isolated: Option<Range<usize>>,
    /// The paths that its sandbox grants.
    granted: Vec<(PathBuf, Range<usize>)>,
    config: Option<Range<usize>>,
    recorded: Option<Range<usize>>,
}

impl Places {
    /// Those of an instance under its `name` and of its module under the name `module_name`, whose sandbox grants these paths.
    pub fn new(
        name: &Spanned<String>,
        instance: &file::Instance,
        module_name: &Spanned<String>,
        module: &file::Module,
        granted: Vec<(PathBuf, Range<usize>)>,
    ) -> Self {
        Self {
            name: name.span(),
            module: module_name.span(),
            path: module.path.as_ref().map(Spanned::span),
            version: module.version.as_ref().map(Spanned::span),
            sha256: module.sha256.as_ref().map(Spanned::span),
            engine: module.engine.as_ref().map(Spanned::span),
            wasm: module.wasm.as_ref().map(Spanned::span),
            isolated: module
                .loader
                .as_ref()
                .filter(|loader| *loader.get_ref() == LoaderName::Isolated)
                .map(Spanned::span),
            granted,
            config: instance.config.as_ref().map(Spanned::span),
            recorded: instance.recorded.as_ref().map(Spanned::span),
        }
    }

    /// The key for WebAssembly alone, if there is one; with it, a native module is refused.
    pub fn wasm(&self) -> Option<&Range<usize>> {
        self.wasm.as_ref().or(self.engine.as_ref())
    }

    /// The path that the text of this fault names, which a worker has written.
    fn granted(&self, text: &str) -> Option<&Range<usize>> {
        let is_named = |path: &PathBuf| text.contains(&format!("grants {}, ", path.display()));
        self.granted
            .iter()
            .find(|(path, _)| is_named(path))
            .map(|(_, place)| place)
            .or(self.isolated.as_ref())
    }

    /// The key at fault; the instance's name where it is none of them.
    pub fn of(&self, fault: Option<&LoadFault>) -> &Range<usize> {
        use LoadFault as F;
        let key = match fault {
            None
            | Some(
                F::ReservedName(_)
                | F::DuplicateName(_)
                | F::DuplicateEntity { .. }
                | F::NoThread(_)
                | F::PrivateCopy { .. },
            ) => None,
            Some(F::UnexpectedName { .. }) => Some(&self.module),
            Some(F::UnexpectedVersion { .. }) => self.version.as_ref(),
            Some(F::UnexpectedHash { .. }) => self.sha256.as_ref(),
            Some(F::NoEngine(_)) => self.engine.as_ref(),
            Some(F::NoIsolation | F::NoWorker(_) | F::IsolatedWasm) => self.isolated.as_ref(),
            Some(F::Relayed { code: "rp::load::no_sandbox", .. }) => self.isolated.as_ref(),
            Some(F::Relayed { code: "rp::load::sandbox_path", text, .. }) => self.granted(text),
            Some(F::Recording { .. }) => self.recorded.as_ref(),
            Some(F::InitFailed { .. } | F::ConfigNotAnObject) => self.config.as_ref(),
            Some(F::StartFailed { .. } | F::WasmLimit { .. }) => self.wasm.as_ref().or(self.path.as_ref()),
            // All others are about the file.
            Some(_) => self.path.as_ref().or(Some(&self.module)),
        };
        key.unwrap_or(&self.name)
    }
}
