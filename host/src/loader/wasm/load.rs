//! Loads a WebAssembly module: checks it, compiles it, and reads its manifest.

use std::path::Path;
use std::sync::Arc;

use super::bounds;
use super::engine::{Compiled, Engine};
use super::file::File;
use super::module::WasmModule;
use super::plain_module::plain_manifest;
use super::wasmi::Wasmi;
#[cfg(feature = "wasm-jit")]
use super::wasmtime::engine::Wasmtime;
use crate::border::module::{Module, ModuleInfo};
use crate::error::LoadFault;
use crate::options::load::LoadOptions;
use crate::options::wasm_engine::WasmEngine;

/// Loads a module from the bytes of its file.
pub(in crate::loader) fn load(
    path: &Path,
    bytes: &[u8],
    options: &LoadOptions,
) -> Result<Arc<dyn Module>, LoadFault> {
    match options.wasm_engine {
        WasmEngine::Wasmi => load_under::<Wasmi>(path, bytes, options),
        #[cfg(feature = "wasm-jit")]
        WasmEngine::Wasmtime => load_under::<Wasmtime>(path, bytes, options),
        #[cfg(not(feature = "wasm-jit"))]
        WasmEngine::Wasmtime => Err(LoadFault::NoEngine(WasmEngine::Wasmtime.as_str())),
    }
}

fn load_under<E: Engine>(
    path: &Path,
    bytes: &[u8],
    options: &LoadOptions,
) -> Result<Arc<dyn Module>, LoadFault> {
    bounds::check_size(bytes, &options.wasm_limits)?;
    let found = File::parse(bytes)?.examine()?;
    if let Some((_, manifest)) = &found.manifest {
        options.expect(manifest)?;
    }
    bounds::check(bytes, &options.wasm_limits)?;
    let (code, notice) = code_of::<E>(bytes, options)?;
    let (manifest_text, manifest) = match found.manifest {
        Some(manifest) => manifest,
        None => plain_manifest::<E>(path, &code, options)?,
    };
    let path = Some(path.to_owned());
    // One call at a time, whatever its table says: an instance has one stack.
    let info = ModuleInfo { profile: found.profile, flags: 0, manifest, manifest_text, path, notice };
    Ok(Arc::new(WasmModule::<E>::new(info, code)))
}

/// Compiles the module, unless this process has its code already.
fn code_of<E: Engine>(
    bytes: &[u8],
    options: &LoadOptions,
) -> Result<(Arc<E::Code>, Option<String>), LoadFault> {
    let stack = options.wasm_limits.stack;
    if let Some(code) = E::shared_code().find(bytes, stack) {
        return Ok((code, None));
    }
    let Compiled { code, notice } = E::compile(bytes, options)?;
    Ok((E::shared_code().keep(bytes, stack, code), notice))
}
