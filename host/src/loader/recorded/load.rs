//! Loads a recording in place of a module.

use std::path::Path;
use std::sync::Arc;

use rp_protocol::Manifest;

use super::cassette::Tape;
use super::module::RecordedModule;
use crate::border::module::{Module, ModuleInfo, Profile};
use crate::error::{LoadFault, RecordingFault};
use crate::options::load::LoadOptions;
use crate::platform::file_name::library_file_name;
use crate::recording::file::Recording;
use crate::recording::line::ModuleLine;

/// Reads a recording. The instance in it is the one that has the name of the one to load, or else is of the module that `path`
/// names, which need not be there.
pub(in crate::loader) fn load(
    path: &Path,
    recorded: &Path,
    options: &LoadOptions,
) -> Result<Arc<dyn Module>, LoadFault> {
    let failed = |fault| LoadFault::Recording { path: recorded.to_owned(), fault };
    let recording = Recording::of_file(recorded).map_err(failed)?;
    let (name, manifest_text) = chosen(&recording, path, options).map_err(failed)?;
    let manifest = Manifest::parse(&manifest_text)?;
    options.expect(&manifest)?;
    let shown = recorded.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let tape = Arc::new(Tape::of(shown, recording.lives(&name)));
    let info = ModuleInfo {
        profile: Profile::Abi,
        flags: 0,
        manifest,
        manifest_text,
        path: Some(recorded.to_owned()),
        notice: None,
    };
    Ok(Arc::new(RecordedModule { info, tape }))
}

/// The name and the manifest of the instance that is meant.
fn chosen(
    recording: &Recording,
    path: &Path,
    options: &LoadOptions,
) -> Result<(String, String), RecordingFault> {
    let own = options.instance.as_deref().filter(|own| recording.instances().contains(own));
    let is_meant = |line: &ModuleLine| match options.expected_name() {
        Some(expected) => line.module == expected,
        None => path.file_name() == Some(library_file_name(&line.module).as_os_str()),
    };
    let name = recording.instance(own, is_meant)?;
    let manifest = recording.manifest(&name).unwrap_or_default().to_owned();
    Ok((name, manifest))
}
