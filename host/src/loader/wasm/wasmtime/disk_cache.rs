//! Compiled code on disk, for later processes.

use std::hash::{Hash, Hasher};
use std::path::PathBuf;

use sha2::{Digest, Sha256};
use wasmtime::{Engine, Module};

use super::super::engine::Compiled;
use super::{cache_file, cache_folder};
use crate::error::LoadFault;
use crate::options::wasm_engine::WasmCache;

/// A folder of compiled code that only this user can enter.
pub(super) struct DiskCache {
    folder: PathBuf,
    /// Whether the operator named the folder. Then a failure is an error.
    is_named: bool,
}

impl DiskCache {
    /// Opens the folder that the operator chose, if any. Returns a notice if the folder of the user's cache cannot be used.
    pub(super) fn open(choice: &WasmCache) -> Result<(Option<Self>, Option<String>), LoadFault> {
        match choice {
            WasmCache::Off => Ok((None, None)),
            WasmCache::Folder(path) => {
                cache_folder::open(path).map_err(LoadFault::CodeCache)?;
                Ok((Some(DiskCache { folder: path.clone(), is_named: true }), None))
            }
            WasmCache::User => match cache_folder::of_user() {
                Ok(found) => Ok((found.map(|folder| DiskCache { folder, is_named: false }), None)),
                Err(why) => Ok((None, Some(notice(&why)))),
            },
        }
    }

    /// Reads a module's code from the folder, or compiles it and writes it there.
    pub(super) fn code(
        &self,
        engine: &Engine,
        bytes: &[u8],
        compile: impl FnOnce() -> Result<Module, LoadFault>,
    ) -> Result<Compiled<Module>, LoadFault> {
        let key = key(engine, bytes);
        let name: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        let path = self.folder.join(name).with_extension("code");
        let mut distrust = None;
        match cache_file::read(&path, &key) {
            Ok(None) => {}
            Ok(Some(artifact)) => {
                // SAFETY: the bytes come from `Module::serialize`: only this user can write the file, and their hash is right,
                // so they are complete. The key in the hash covers the engine's version and configuration.
                match unsafe { Module::deserialize(engine, artifact) } {
                    Ok(code) => return Ok(Compiled { code, notice: None }),
                    Err(error) => distrust = Some(format!("{}: {error:#}", path.display())),
                }
            }
            Err(why) => distrust = Some(why),
        }
        let code = compile()?;
        let artifact = code.serialize().map_err(|error| format!("{error:#}"));
        match artifact.and_then(|artifact| cache_file::write(&path, &key, &artifact)) {
            Ok(()) => cache_folder::prune(&self.folder),
            Err(why) if self.is_named => return Err(LoadFault::CodeCache(why)),
            Err(why) => distrust = Some(why),
        }
        Ok(Compiled { code, notice: distrust.as_deref().map(notice) })
    }
}

fn notice(why: &str) -> String {
    format!("compiled code: {why}; WasmCache names another folder, or none")
}

/// The key of a module's code: the content of its file, and all that decides what the engine makes of it (its version, its
/// configuration, the processor).
fn key(engine: &Engine, bytes: &[u8]) -> [u8; 32] {
    let mut hasher = KeyHasher(Sha256::new_with_prefix(Sha256::digest(bytes)));
    engine.precompile_compatibility_hash().hash(&mut hasher);
    hasher.0.finalize().into()
}

struct KeyHasher(Sha256);

impl Hasher for KeyHasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Unused: `key` takes the whole hash.
    fn finish(&self) -> u64 {
        0
    }
}
