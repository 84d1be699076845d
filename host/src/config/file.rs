//! The form of `rp.toml`: the keys and their types. `check` finds what they mean and what contradicts itself.

use std::collections::BTreeMap;
use std::num::NonZeroU64;
use std::path::PathBuf;

use serde::Deserialize;
use toml::Spanned;

use crate::options::grants::Grants;
use crate::options::host::HostLimits;
#[cfg(feature = "schema")]
use crate::options::isolation;
use crate::options::isolation::Isolation;
use crate::options::loader::LoaderName;
use crate::options::restart::Restart;
use crate::options::trace::TraceOptions;
use crate::options::wasm_engine::WasmEngine;
use crate::options::wasm_limits::WasmLimits;

/// The configuration of `rp`: the store, the modules, their instances and what these may do. Paths are relative to the
/// file.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(title = "rp.toml"))]
#[serde(deny_unknown_fields, default)]
pub struct File {
    /// Where modules without a path are searched, in this order; by default, the folder of the program and its `deps`.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<PathBuf>"))]
    pub folders: Vec<Spanned<PathBuf>>,
    /// The shared research data; by default, there is no store.
    #[cfg_attr(feature = "schema", schemars(with = "Store"))]
    pub store: Option<Spanned<Store>>,
    /// The limits of every instance.
    pub limits: HostLimits,
    /// What a trace shows.
    pub trace: TraceOptions,
    /// How WebAssembly modules run.
    pub wasm: WasmEngines,
    /// The program that runs isolated modules, `rp-worker` or `rp` of the host's version; by default, the program of the host, or
    /// `rp-worker` beside it.
    #[cfg_attr(feature = "schema", schemars(with = "PathBuf"))]
    pub worker_program: Option<Spanned<PathBuf>>,
    /// The modules, each under the name in its manifest. One that no instance names is an instance of that name.
    #[cfg_attr(feature = "schema", schemars(with = "BTreeMap<Name, Module>"))]
    pub module: BTreeMap<Spanned<String>, Module>,
    /// The instances, loaded in the order of the file, each under a name of its own.
    #[cfg_attr(feature = "schema", schemars(with = "BTreeMap<Name, Instance>"))]
    pub instance: BTreeMap<Spanned<String>, Instance>,
}

/// Lower-case letters, digits and `-`.
#[cfg(feature = "schema")]
#[derive(schemars::JsonSchema)]
#[allow(dead_code, reason = "its schema is what is used")]
pub struct Name(#[schemars(regex(pattern = "^[a-z0-9-]+$"))] String);

/// Where the store lies: either `path` or `memory = true`.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Store {
    /// An SQLite file; it is created if it does not exist.
    #[cfg_attr(feature = "schema", schemars(with = "PathBuf"))]
    pub path: Option<Spanned<PathBuf>>,
    /// Whether the store is in memory, and ends with the program.
    #[cfg_attr(feature = "schema", schemars(with = "bool"))]
    pub memory: Option<Spanned<bool>>,
    /// The largest size of the store; a change that would exceed it fails with `unavailable`.
    pub max_bytes: Option<NonZeroU64>,
    /// For each entity, the paths in its data that filters and sorting must be fast on.
    #[cfg_attr(feature = "schema", schemars(with = "BTreeMap<String, Vec<String>>"))]
    pub indexes: BTreeMap<Spanned<String>, Vec<Spanned<String>>>,
}

/// How WebAssembly modules run.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct WasmEngines {
    /// The engine; by default, `wasmtime` if `rp` was built with it, otherwise `wasmi`.
    pub engine: Option<WasmEngine>,
    /// A folder for the code that wasmtime compiles, which only its owner may access, or `off`; by default, `rp/wasm` in the
    /// user's cache folder.
    #[cfg_attr(feature = "schema", schemars(with = "Option<PathBuf>"))]
    pub cache: Option<Spanned<PathBuf>>,
}

/// A module: its file, and what is expected of it.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Module {
    /// The library file; by default, the module is searched by its name in `folders`.
    #[cfg_attr(feature = "schema", schemars(with = "PathBuf"))]
    pub path: Option<Spanned<PathBuf>>,
    /// The versions that are accepted, as Cargo writes them: `1.2`, `>=1.2, <3`.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub version: Option<Spanned<String>>,
    /// The SHA-256 of the file in 64 hexadecimal digits; a file with another one is refused.
    #[cfg_attr(feature = "schema", schemars(with = "Sha256"))]
    pub sha256: Option<Spanned<String>>,
    /// The engine that runs it, instead of the one for all modules; refused for a native module.
    #[cfg_attr(feature = "schema", schemars(with = "WasmEngine"))]
    pub engine: Option<Spanned<WasmEngine>>,
    /// The limits of each of its instances; refused for a native module.
    #[cfg_attr(feature = "schema", schemars(with = "WasmLimits"))]
    pub wasm: Option<Spanned<WasmLimits>>,
    /// `isolated` runs it in a process of its own, and is refused for WebAssembly, which needs none; by default, `native`: in the
    /// process of the host.
    #[cfg_attr(feature = "schema", schemars(with = "LoaderName"))]
    pub loader: Option<Spanned<LoaderName>>,
    /// What each of its instances may use and reach if its loader is `isolated`.
    #[cfg_attr(feature = "schema", schemars(with = "isolation::Keys"))]
    pub isolated: Option<Spanned<Isolation>>,
}

/// 64 hexadecimal digits.
#[cfg(feature = "schema")]
#[derive(schemars::JsonSchema)]
#[allow(dead_code, reason = "its schema is what is used")]
pub struct Sha256(#[schemars(regex(pattern = "^[0-9a-fA-F]{64}$"))] String);

/// One instance of a module.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Instance {
    /// The module; by default, the one of the same name.
    #[cfg_attr(feature = "schema", schemars(with = "Name"))]
    pub module: Option<Spanned<String>>,
    /// A recording, as `--record` writes it, that answers in place of the module, which is not loaded and need not be there.
    #[cfg_attr(feature = "schema", schemars(with = "PathBuf"))]
    pub recorded: Option<Spanned<PathBuf>>,
    /// The configuration that it gets with `init`.
    #[cfg_attr(feature = "schema", schemars(with = "serde_json::Map<String, serde_json::Value>"))]
    pub config: Option<Spanned<toml::Table>>,
    /// What it may do.
    pub grants: Grants,
    /// The limits of this instance alone.
    pub limits: InstanceLimits,
    /// How it is started again if it dies, as by a panic; by default, it stays dead, unless its loader is `isolated`: `{}`, the
    /// default of each key, holds then.
    #[cfg_attr(feature = "schema", schemars(with = "Restart"))]
    pub restart: Option<Restart>,
}

/// The limits of one instance.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct InstanceLimits {
    /// The deadline of each message of the session to it, in milliseconds, in place of the one for all.
    pub deadline_ms: Option<NonZeroU64>,
}
