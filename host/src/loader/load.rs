//! The front door of the loaders: reads a module's file and hands it to the loader of its format.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

#[cfg(feature = "isolated")]
use super::isolated::load::load as in_worker;
use super::native::{self, NativeLibrary};
use super::read::{open_file, read_all};
use super::recorded;
#[cfg(feature = "wasm")]
use super::wasm;
use crate::border::module::Module;
use crate::error::LoadFault;
use crate::options::isolation::Isolation;
use crate::options::load::LoadOptions;
use crate::os::{self, FileState};

/// Native libraries of this process. They stay mapped (rule 10), so a file that did not change is not mapped again, even if
/// it turned out not to be a module.
static MAPPED: Mutex<Option<HashMap<Key, Arc<NativeLibrary>>>> = Mutex::new(None);

/// The path, the file that was found there, and its sha-256 if one was expected: a load that expects a content never gets a
/// library whose bytes nobody compared.
type Key = (PathBuf, FileState, Option<[u8; 32]>);

/// Loads a module, in the steps that the crate's documentation lists.
pub(crate) fn load(path: &Path, options: &LoadOptions) -> Result<Arc<dyn Module>, LoadFault> {
    if let Some(recorded) = &options.recorded {
        return recorded::load::load(path, recorded, options);
    }
    let (mut file, metadata) = open_file(path)?;
    let state = os::file_state(&file).map_err(LoadFault::Unreadable)?;
    let is_settled = state.is_settled();
    let key = (path.to_owned(), state, options.expected_content());
    let mut read = || read_all(&mut file, &metadata, &options.wasm_limits);
    let compared = key.2.map(|_| read()).transpose()?;
    if let Some(bytes) = &compared {
        options.expect_content(bytes)?;
    }
    if let Some(isolation) = &options.isolation {
        let bytes = compared.map_or_else(read, Ok)?;
        return load_isolated(path, &bytes, options, isolation);
    }
    if let Some(library) = mapped(&key) {
        check_native(options)?;
        return library.module(path, options);
    }
    let bytes = compared.map_or_else(read, Ok)?;
    #[cfg(feature = "wasm")]
    if wasm::file::is_wasm(&bytes) {
        return wasm::load::load(path, &bytes, options);
    }
    check_native(options)?;
    let mut library = Arc::new(native::map(path, &bytes, options)?);
    if is_settled || key.2.is_some() {
        let mut mapped = MAPPED.lock().unwrap_or_else(PoisonError::into_inner);
        library = Arc::clone(mapped.get_or_insert_default().entry(key).or_insert(library));
    }
    library.module(path, options)
}

fn load_isolated(
    path: &Path,
    bytes: &[u8],
    options: &LoadOptions,
    isolation: &Isolation,
) -> Result<Arc<dyn Module>, LoadFault> {
    #[cfg(feature = "wasm")]
    if wasm::file::is_wasm(bytes) {
        return Err(LoadFault::IsolatedWasm);
    }
    check_native(options)?;
    in_worker(path, bytes, options, isolation)
}

/// There is no such loader in this program.
#[cfg(not(feature = "isolated"))]
fn in_worker(_: &Path, _: &[u8], _: &LoadOptions, _: &Isolation) -> Result<Arc<dyn Module>, LoadFault> {
    Err(LoadFault::NoIsolation)
}

/// Fails if a native library may not be loaded.
fn check_native(options: &LoadOptions) -> Result<(), LoadFault> {
    if options.is_wasm_only { Err(LoadFault::NotWasm) } else { Ok(()) }
}

fn mapped(key: &Key) -> Option<Arc<NativeLibrary>> {
    MAPPED.lock().unwrap_or_else(PoisonError::into_inner).as_ref()?.get(key).map(Arc::clone)
}
