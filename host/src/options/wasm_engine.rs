//! What runs WebAssembly modules, and where their compiled code is kept.

use std::path::PathBuf;

/// What runs a WebAssembly module. The default is the fastest one that this host was built with: Wasmtime, else Wasmi.
///
/// ```
/// use rp_host::{LoadOptions, WasmCache, WasmEngine};
///
/// let engine = WasmEngine::ALL.into_iter().find(|engine| engine.is_built_in()).unwrap_or_default();
/// let options = LoadOptions::new().wasm_engine(engine).wasm_cache(WasmCache::Off);
/// # let _ = options;
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WasmEngine {
    /// Wasmi, an interpreter: there with the feature `wasm`.
    #[cfg_attr(not(feature = "wasm-jit"), default)]
    Wasmi,
    /// Wasmtime, a compiler: there with the feature `wasm-jit`. It handles the signals SIGSEGV, SIGILL, SIGFPE and SIGBUS,
    /// by which traps reach it, and hands others' on to the handlers that were there before.
    #[cfg_attr(feature = "wasm-jit", default)]
    Wasmtime,
}

impl WasmEngine {
    /// All that there are, built in or not.
    pub const ALL: [WasmEngine; 2] = [WasmEngine::Wasmi, WasmEngine::Wasmtime];

    /// Whether this host was built with it.
    #[must_use]
    pub fn is_built_in(self) -> bool {
        match self {
            WasmEngine::Wasmi => cfg!(feature = "wasm"),
            WasmEngine::Wasmtime => cfg!(feature = "wasm-jit"),
        }
    }

    /// `wasmi` or `wasmtime`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            WasmEngine::Wasmi => "wasmi",
            WasmEngine::Wasmtime => "wasmtime",
        }
    }
}

/// Where code that Wasmtime compiled is kept for the next time. Only files that are this user's own, and private to him,
/// are taken from there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum WasmCache {
    /// The folder `rp/wasm` in the user's cache: `$XDG_CACHE_HOME`, else `~/.cache`. Where that cannot be used, the host's
    /// log says why, and nothing is kept. On systems without Unix permissions nothing is kept.
    #[default]
    User,
    /// That folder, and no other: where it cannot be used, no module is loaded. It must be the user's, and nobody else may
    /// enter it; it is made where it is not there.
    Folder(PathBuf),
    /// Nowhere.
    Off,
}
