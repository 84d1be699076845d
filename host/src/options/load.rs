//! The options of loading a module.

use std::path::{Path, PathBuf};

use rp_protocol::Manifest;
use semver::VersionReq;
use sha2::{Digest, Sha256};

use crate::error::LoadFault;
#[cfg(feature = "serde")]
use crate::options::file_hash::FileHash;
use crate::options::grants::Grants;
use crate::options::isolation::Isolation;
#[cfg(feature = "serde")]
use crate::options::loader::LoaderName;
use crate::options::restart::Restart;
use crate::options::wasm_engine::{WasmCache, WasmEngine};
use crate::options::wasm_limits::WasmLimits;

/// What to expect of a module, how to configure its instance, and what the instance may do.
///
/// ```
/// use rp_host::{Grants, LoadOptions};
/// let options = LoadOptions::new()
///     .instance("log-2")
///     .config(serde_json::json!({"state": "instance"}))
///     .grants(Grants { call: vec!["test-minimal".into()], ..Grants::default() });
/// ```
///
/// Read by serde (feature `serde`), its keys are those that `[module.NAME]`, `[instance.NAME]` and `[wasm]` have in an `rp.toml`, beside `instance`,
/// `name` and `grant_requested`:
///
/// ```
/// use rp_host::{LoadOptions, Right};
///
/// # #[cfg(feature = "serde")] {
/// let text = r#"{"instance":"log-2","grants":{"write":["note"]},"version":">=1.2","wasm":{"call_ms":500}}"#;
/// let options: LoadOptions = serde_json::from_str(text).unwrap();
/// assert!(options.granted().allow(Right::Write, "note"));
/// # }
/// ```
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(try_from = "Keys"))]
#[must_use]
pub struct LoadOptions {
    pub(crate) instance: Option<String>,
    pub(crate) config: serde_json::Value,
    grants: Grants,
    is_requested_granted: bool,
    pub(crate) wasm_limits: WasmLimits,
    pub(crate) wasm_engine: WasmEngine,
    pub(crate) wasm_cache: WasmCache,
    pub(crate) is_wasm_only: bool,
    pub(crate) restart: Option<Restart>,
    pub(crate) isolation: Option<Isolation>,
    /// The recording that answers in place of the module.
    pub(crate) recorded: Option<PathBuf>,
    /// The program of worker processes, where the host names one.
    pub(crate) worker_program: Option<PathBuf>,
    name: Option<String>,
    version: Option<VersionReq>,
    sha256: Option<[u8; 32]>,
    /// The sha-256 that the file had when the host looked, where it is to be recorded; the file must still have it.
    pub(crate) content: Option<[u8; 32]>,
}

impl Default for LoadOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl LoadOptions {
    /// Expects nothing, grants nothing.
    pub fn new() -> Self {
        LoadOptions {
            instance: None,
            config: serde_json::Value::Object(serde_json::Map::new()),
            grants: Grants::default(),
            is_requested_granted: false,
            wasm_limits: WasmLimits::default(),
            wasm_engine: WasmEngine::default(),
            wasm_cache: WasmCache::default(),
            is_wasm_only: false,
            restart: None,
            isolation: None,
            recorded: None,
            worker_program: None,
            name: None,
            version: None,
            sha256: None,
            content: None,
        }
    }

    /// The instance's name, by default the module's. It is unique within a host.
    pub fn instance(mut self, name: impl Into<String>) -> Self {
        self.instance = Some(name.into());
        self
    }

    /// The `config` of the message `init`, a JSON object.
    pub fn config(mut self, config: serde_json::Value) -> Self {
        self.config = config;
        self
    }

    /// What the instance may do.
    pub fn grants(mut self, grants: Grants) -> Self {
        self.grants = grants;
        self
    }

    /// Grants also all that the module's manifest requests. For trying out: the module decides then what it may do.
    pub fn grant_requested(mut self) -> Self {
        self.is_requested_granted = true;
        self
    }

    /// The configuration that the module gets with `init`, as it was given to [`config`](Self::config).
    #[must_use]
    pub fn configuration(&self) -> &serde_json::Value {
        &self.config
    }

    /// What the instance may do, as it was given to [`grants`](Self::grants).
    #[must_use]
    pub fn granted(&self) -> &Grants {
        &self.grants
    }

    /// What an instance of a module with that manifest may do.
    pub(crate) fn grants_for(&self, manifest: &Manifest) -> Grants {
        match self.is_requested_granted {
            true => self.grants.with(&self.grants.missing(manifest)),
            false => self.grants.clone(),
        }
    }

    /// The limits of a WebAssembly instance. A native module has no limits.
    pub fn wasm_limits(mut self, limits: WasmLimits) -> Self {
        self.wasm_limits = limits;
        self
    }

    /// The engine of a WebAssembly module. Loading fails if this host was built without it.
    pub fn wasm_engine(mut self, engine: WasmEngine) -> Self {
        self.wasm_engine = engine;
        self
    }

    /// Where compiled code of a WebAssembly module is cached, if the engine compiles.
    pub fn wasm_cache(mut self, cache: WasmCache) -> Self {
        self.wasm_cache = cache;
        self
    }

    /// Runs a native module in a process of its own. Loading fails for a WebAssembly module, which needs none, on systems that
    /// have no workers yet, and in a program whose rp-host was built without the feature `isolated`.
    pub fn isolated(mut self, isolation: Isolation) -> Self {
        self.isolation = Some(isolation);
        self
    }

    /// Loads no module: a file that [`HostBuilder::record`](crate::HostBuilder::record) wrote answers in its place. The instance
    /// in it is the one with the name of this one, or else of the module that the path names, or of the
    /// [expected](Self::expect_name) one, or the only one; the module's file need not be there, and its loader, sha-256 and limits
    /// do not count.
    ///
    /// A message is answered as the same type and payload was answered then, the first time as the first time and so on; one that
    /// the recording does not have (any more) is answered `not_found`, with the nearest that it has. Nothing is sent.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), rp_host::Error> {
    /// let options = rp_host::LoadOptions::new().recorded("session.jsonl");
    /// let log = rp_host::Host::new().load_with("libresearch_log.so", options)?;
    /// # let _ = log;
    /// # Ok(())
    /// # }
    /// ```
    pub fn recorded(mut self, path: impl Into<PathBuf>) -> Self {
        self.recorded = Some(path.into());
        self
    }

    /// The recording that answers in place of the module, if one does.
    #[must_use]
    pub fn recording(&self) -> Option<&Path> {
        self.recorded.as_deref()
    }

    /// Whether the instance is started again if it dies. Unless given, an isolated one is ([`Restart::default`]) and another one
    /// is not ([`Restart::NEVER`]).
    pub fn restart(mut self, restart: Restart) -> Self {
        self.restart = Some(restart);
        self
    }

    /// How the module is isolated, if it is.
    #[must_use]
    pub fn isolation(&self) -> Option<&Isolation> {
        self.isolation.as_ref()
    }

    /// Whether the instance is started again if it dies.
    pub(crate) fn restarts(&self) -> Restart {
        let usual = || if self.isolation.is_some() { Restart::default() } else { Restart::NEVER };
        self.restart.unwrap_or_else(usual)
    }

    /// The name that the module's manifest must have.
    pub fn expect_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The versions that the module's manifest may have.
    pub fn expect_version(mut self, versions: VersionReq) -> Self {
        self.version = Some(versions);
        self
    }

    /// The sha-256 that the module's file must have.
    pub fn sha256(mut self, hash: [u8; 32]) -> Self {
        self.sha256 = Some(hash);
        self
    }

    /// The name that the manifest must have, if the options give one.
    pub(crate) fn expected_name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Compares a manifest with the expected name and version.
    pub(crate) fn expect(&self, manifest: &Manifest) -> Result<(), LoadFault> {
        if let Some(expected) = self.name.as_ref().filter(|expected| **expected != manifest.name) {
            return Err(LoadFault::UnexpectedName {
                found: manifest.name.clone(),
                expected: expected.clone(),
            });
        }
        match &self.version {
            Some(expected) if !expected.matches(&manifest.version) => Err(LoadFault::UnexpectedVersion {
                found: manifest.version.clone(),
                expected: expected.clone(),
            }),
            _ => Ok(()),
        }
    }

    /// Compares a file's content with what was expected.
    pub(crate) fn expect_content(&self, bytes: &[u8]) -> Result<(), LoadFault> {
        let Some(expected) = self.expected_content() else { return Ok(()) };
        let found: [u8; 32] = Sha256::digest(bytes).into();
        if found == expected {
            return Ok(());
        }
        let hex = |hash: [u8; 32]| hash.iter().map(|byte| format!("{byte:02x}")).collect();
        Err(LoadFault::UnexpectedHash { found: hex(found), expected: hex(expected) })
    }

    /// The sha-256 that the file must have, if there is one.
    pub(crate) fn expected_content(&self) -> Option<[u8; 32]> {
        self.sha256.or(self.content)
    }
}

/// What it has as data.
#[cfg(feature = "serde")]
#[derive(Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Keys {
    instance: Option<String>,
    config: serde_json::Map<String, serde_json::Value>,
    grants: Grants,
    grant_requested: bool,
    restart: Option<Restart>,
    name: Option<String>,
    version: Option<VersionReq>,
    sha256: Option<FileHash>,
    engine: Option<WasmEngine>,
    cache: Option<WasmCache>,
    wasm: Option<WasmLimits>,
    loader: LoaderName,
    isolated: Option<Isolation>,
    recorded: Option<PathBuf>,
}

#[cfg(feature = "serde")]
impl TryFrom<Keys> for LoadOptions {
    type Error = &'static str;

    fn try_from(keys: Keys) -> Result<Self, &'static str> {
        let isolation = match (keys.loader, keys.isolated) {
            (LoaderName::Native, Some(_)) => return Err("`isolated` needs `loader` to be \"isolated\""),
            (LoaderName::Native, None) => None,
            (LoaderName::Isolated, isolated) => Some(isolated.unwrap_or_default()),
        };
        Ok(LoadOptions {
            instance: keys.instance,
            config: keys.config.into(),
            grants: keys.grants,
            is_requested_granted: keys.grant_requested,
            restart: keys.restart,
            name: keys.name,
            version: keys.version,
            sha256: keys.sha256.map(|hash| hash.0),
            wasm_engine: keys.engine.unwrap_or_default(),
            wasm_cache: keys.cache.unwrap_or_default(),
            wasm_limits: keys.wasm.unwrap_or_default(),
            isolation,
            recorded: keys.recorded,
            ..LoadOptions::new()
        })
    }
}
