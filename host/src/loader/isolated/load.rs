//! Loads a module whose instances run in processes of their own.

use std::path::Path;
use std::sync::Arc;

use rp_protocol::{MANIFEST_MAX_BYTES, Manifest};

use super::code::Code;
use super::module::IsolatedModule;
use super::program;
use crate::abi::RP_CONCURRENT;
use crate::border::module::{Module, ModuleInfo, Profile};
use crate::channel::body::policy::Policy;
use crate::channel::body::ready::ReadyBody;
use crate::error::{CallFault, LoadFault};
use crate::loader::entry::Found;
use crate::loader::native;
use crate::loader::private_copy;
use crate::options::isolation::Isolation;
use crate::options::load::LoadOptions;

/// Checks the bytes, then lets a worker load exactly these bytes.
pub(in crate::loader) fn load(
    path: &Path,
    bytes: &[u8],
    options: &LoadOptions,
    isolation: &Isolation,
) -> Result<Arc<dyn Module>, LoadFault> {
    let (image, found, _) = native::check(bytes, options)?;
    let program = program::find(options.worker_program.as_deref())?;
    let copy = private_copy::make(path, bytes, image.looks_beside_itself())?;
    copy.check_for_others()?;
    let policy = Policy::of(isolation)
        .map_err(|error| LoadFault::NoWorker(format!("its current folder is unknown: {error}")))?;
    let code = Code { copy, original: path.to_owned(), program, isolation: isolation.clone(), policy };
    let (worker, ready) = code.start()?;
    let info = info(path, &found, &ready)?;
    options.expect(&info.manifest)?;
    Ok(Arc::new(IsolatedModule::new(info, code, ready, worker)))
}

/// What is known of the module: as far as possible from its file, which the worker cannot change.
fn info(path: &Path, found: &Found, ready: &ReadyBody) -> Result<ModuleInfo, LoadFault> {
    let is_plain = found.profile == Profile::Plain;
    if is_plain != ready.is_plain || ready.flags & !RP_CONCURRENT != 0 || (is_plain && ready.flags != 0) {
        let fault = CallFault::Protocol("a description that does not fit the module's file");
        return Err(LoadFault::StartFailed { step: "start", fault });
    }
    let (manifest_text, manifest) = match &found.manifest {
        Some(manifest) => manifest.clone(),
        None if ready.manifest.len() > MANIFEST_MAX_BYTES => return Err(LoadFault::ManifestUnterminated),
        None => (ready.manifest.clone(), Manifest::parse(&ready.manifest)?),
    };
    let (profile, flags, path) = (found.profile, ready.flags, Some(path.to_owned()));
    Ok(ModuleInfo { profile, flags, manifest, manifest_text, path, notice: None })
}
