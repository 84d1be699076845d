//! The form of `rp.toml`: the keys and their types. `check` finds what they mean and what contradicts itself.

use std::collections::BTreeMap;
use std::num::{NonZeroU32, NonZeroU64, NonZeroUsize};
use std::path::PathBuf;

use serde::Deserialize;
use toml::Spanned;

/// The configuration of `rp`: the store, the modules, their instances and what these may do. Paths are relative to the
/// file.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(title = "rp.toml"))]
#[serde(deny_unknown_fields, default)]
pub struct File {
    /// Where modules without a path are searched, in this order; by default, the folder of `rp` and its `deps`.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<PathBuf>"))]
    pub folders: Vec<Spanned<PathBuf>>,
    /// The shared research data; by default, there is no store.
    #[cfg_attr(feature = "schema", schemars(with = "Store"))]
    pub store: Option<Spanned<Store>>,
    /// The limits of every instance.
    pub limits: Limits,
    /// How WebAssembly modules run.
    pub wasm: WasmEngines,
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

/// The limits of every instance.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// The most bytes of a response.
    pub reply_bytes: Option<NonZeroUsize>,
    /// How long a message without a deadline waits for the instance, and an unload for the calls in flight, in milliseconds.
    /// A module that takes longer to start or to end is named in the log.
    pub wait_ms: Option<NonZeroU64>,
    /// The most events that wait for one instance; emitting one more fails with `unavailable`.
    pub queued_events: Option<NonZeroUsize>,
    /// The most bytes of all waiting events together, each event counted once; 67108864 (64 MiB) by default. Emitting more
    /// fails with `unavailable`, and a single event that is larger fails with `too_large`.
    pub queued_event_bytes: Option<NonZeroUsize>,
    /// The deadline of each message of the session, in milliseconds after it is sent; by default, there is none.
    pub deadline_ms: Option<NonZeroU64>,
}

/// How WebAssembly modules run.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct WasmEngines {
    /// The engine; by default, `wasmtime` if `rp` was built with it, otherwise `wasmi`.
    pub engine: Option<Engine>,
    /// A folder for the code that wasmtime compiles, which only its owner may access, or `off`; by default, `rp/wasm` in the
    /// user's cache folder.
    pub cache: Option<PathBuf>,
}

/// A WebAssembly engine.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// An interpreter.
    Wasmi,
    /// A compiler.
    Wasmtime,
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
    #[cfg_attr(feature = "schema", schemars(with = "Engine"))]
    pub engine: Option<Spanned<Engine>>,
    /// The limits of each of its instances; refused for a native module.
    #[cfg_attr(feature = "schema", schemars(with = "Wasm"))]
    pub wasm: Option<Spanned<Wasm>>,
}

/// What one instance of a WebAssembly module may use. Reaching a limit ends the instance with an error that names it.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Wasm {
    /// The most bytes of memory, messages and responses included; 268435456 (256 MiB) by default.
    pub memory_bytes: Option<NonZeroU64>,
    /// The most entries of the table of functions, of which the host needs six; 65536 by default.
    pub table_entries: Option<NonZeroU64>,
    /// How long one call may take, in milliseconds, not counting the time it waits for other modules; 60000 by default.
    pub call_ms: Option<NonZeroU64>,
    /// The most bytes of stack, not counting what a C compiler puts into the module's memory; 262144 (256 KiB) by default.
    pub stack_bytes: Option<NonZeroU64>,
    /// The most bytes of one response; by default, only `limits.reply_bytes` applies.
    pub reply_bytes: Option<NonZeroU64>,
    /// The most bytes of the module's file; 67108864 (64 MiB) by default.
    pub module_bytes: Option<NonZeroU64>,
    /// The most bytes of code in all functions; 16777216 (16 MiB) by default.
    pub code_bytes: Option<NonZeroU64>,
    /// The most functions; 100000 by default.
    pub functions: Option<NonZeroU64>,
    /// The most bytes of code in one function; 1048576 (1 MiB) by default.
    pub function_bytes: Option<NonZeroU64>,
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
    /// The configuration that it gets with `init`.
    #[cfg_attr(feature = "schema", schemars(with = "serde_json::Map<String, serde_json::Value>"))]
    pub config: Option<Spanned<toml::Table>>,
    /// What it may do.
    pub grants: Grants,
    /// The limits of this instance alone.
    pub limits: InstanceLimits,
    /// How it is started again if it dies, as by a panic; by default, it stays dead. `{}` takes the default of each key.
    #[cfg_attr(feature = "schema", schemars(with = "Restart"))]
    pub restart: Option<Restart>,
}

/// When an instance that died is started again: at once the first time, then after a pause that doubles.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Restart {
    /// The most restarts within `within_ms`; 5 by default.
    pub attempts: Option<NonZeroU32>,
    /// The time after which a death no longer counts, in milliseconds; 60000 by default.
    pub within_ms: Option<NonZeroU64>,
    /// The pause before the second restart, in milliseconds; 100 by default.
    pub first_ms: Option<NonZeroU64>,
    /// The longest pause, in milliseconds; 30000 by default.
    pub longest_ms: Option<NonZeroU64>,
}

/// What an instance may do: only what is named here. Each entry is a name, `prefix.*` or `*`.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Grants {
    /// Entities that it may query.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>"))]
    pub read: Vec<Spanned<String>>,
    /// Entities that it may change.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>"))]
    pub write: Vec<Spanned<String>>,
    /// Events that it may emit.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>"))]
    pub emit: Vec<Spanned<String>>,
    /// Events that it may receive.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>"))]
    pub subscribe: Vec<Spanned<String>>,
    /// Instances whose commands it may call; instances of this file, or `*`.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>"))]
    pub call: Vec<Spanned<String>>,
    /// Entities that it provides in place of the store.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>"))]
    pub provide: Vec<Spanned<String>>,
}

/// The limits of one instance.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct InstanceLimits {
    /// The deadline of each message of the session to it, in milliseconds, in place of the one for all.
    pub deadline_ms: Option<NonZeroU64>,
}
