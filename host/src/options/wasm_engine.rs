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
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(rename_all = "lowercase"))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(description = "A WebAssembly engine."))]
#[non_exhaustive]
pub enum WasmEngine {
    /// Wasmi, an interpreter; needs the feature `wasm`.
    #[cfg_attr(not(feature = "wasm-jit"), default)]
    Wasmi,
    /// Wasmtime, a compiler; needs the feature `wasm-jit`. It installs handlers for SIGSEGV, SIGILL, SIGFPE and SIGBUS to
    /// detect traps, and passes other signals of these kinds to the handlers that were installed before.
    #[cfg_attr(feature = "wasm-jit", default)]
    Wasmtime,
}

impl WasmEngine {
    /// All engines, built in or not.
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

/// Where code that Wasmtime compiled is cached. Only files that this user owns and nobody else can read or write are loaded
/// from there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(from = "PathBuf"))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum WasmCache {
    /// The folder `rp/wasm` in the user's cache: `$XDG_CACHE_HOME`, else `~/.cache`. If it cannot be used, the host's
    /// log says why, and nothing is cached. On systems without Unix permissions nothing is cached.
    #[default]
    User,
    /// This folder; if it cannot be used, loading fails. The user must own it and nobody else may enter it; a missing folder is
    /// created.
    Folder(PathBuf),
    /// No cache.
    Off,
}

/// As an operator writes it: the word `off`, or a folder.
///
/// ```
/// use std::path::PathBuf;
/// use rp_host::WasmCache;
/// assert_eq!(WasmCache::from(PathBuf::from("off")), WasmCache::Off);
/// assert_eq!(WasmCache::from(PathBuf::from("./off")), WasmCache::Folder("./off".into()));
/// ```
impl From<PathBuf> for WasmCache {
    fn from(text: PathBuf) -> Self {
        if text.as_os_str() == "off" { WasmCache::Off } else { WasmCache::Folder(text) }
    }
}
