//! The form of `rp.toml`: what may be written there. What it means, and what contradicts itself, is read in `check`.
//!
//! tests/header/schemas.rs compiles this file too, and makes `spec/schemas/rp.toml.json` of it.

use std::collections::BTreeMap;
use std::num::{NonZeroU64, NonZeroUsize};
use std::path::PathBuf;

use serde::Deserialize;
use toml::Spanned;

/// The configuration of `rp`: the store, the modules, their instances and what these may do. Paths are relative to the
/// file.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(title = "rp.toml"))]
#[serde(deny_unknown_fields, default)]
pub struct File {
    /// Where modules without a path are looked for, the first folder first; without it, the folder of `rp` and its `deps`.
    #[cfg_attr(test, schemars(with = "Vec<PathBuf>"))]
    pub folders: Vec<Spanned<PathBuf>>,
    /// The shared research data; without it there is no store.
    #[cfg_attr(test, schemars(with = "Store"))]
    pub store: Option<Spanned<Store>>,
    /// What holds for every instance.
    pub limits: Limits,
    /// What holds for every module that is WebAssembly.
    pub wasm: WasmEngines,
    /// The modules, each under the name in its manifest.
    #[cfg_attr(test, schemars(with = "BTreeMap<Name, Module>"))]
    pub module: BTreeMap<Spanned<String>, Module>,
    /// The instances, loaded in the order of the file, each under a name of its own.
    #[cfg_attr(test, schemars(with = "BTreeMap<Name, Instance>"))]
    pub instance: BTreeMap<Spanned<String>, Instance>,
}

/// Small letters, digits and `-`.
#[cfg(test)]
#[derive(schemars::JsonSchema)]
#[allow(dead_code, reason = "its schema is what is used")]
pub struct Name(#[schemars(regex(pattern = "^[a-z0-9-]+$"))] String);

/// Where the store lies: either `path` or `memory = true`.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Store {
    /// An SQLite file; it is made where it is not there.
    #[cfg_attr(test, schemars(with = "PathBuf"))]
    pub path: Option<Spanned<PathBuf>>,
    /// A store that ends with the program.
    #[cfg_attr(test, schemars(with = "bool"))]
    pub memory: Option<Spanned<bool>>,
    /// The largest size of the store; what would pass it is answered `unavailable`.
    pub max_bytes: Option<NonZeroU64>,
    /// For each entity, the paths in its data that filters and sorting are to be quick on.
    #[cfg_attr(test, schemars(with = "BTreeMap<String, Vec<String>>"))]
    pub indexes: BTreeMap<Spanned<String>, Vec<Spanned<String>>>,
}

/// What holds for every instance.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// The most bytes of a response.
    pub reply_bytes: Option<NonZeroUsize>,
    /// How long a message without a deadline waits for its turn, and an unload for the calls in flight, in milliseconds. A
    /// module that takes longer for its beginning or its end is named in the log.
    pub wait_ms: Option<NonZeroU64>,
    /// The most events that wait for one instance; who emits one more is answered `unavailable`.
    pub queued_events: Option<NonZeroUsize>,
    /// The most bytes of all events that wait, an event counted once; 67108864 (64 MiB) without it. Who emits one more is
    /// answered `unavailable`, who emits a larger one `too_large`.
    pub queued_event_bytes: Option<NonZeroUsize>,
    /// How long the answer to a message of the session is wanted, in milliseconds; without it, as long as it takes.
    pub deadline_ms: Option<NonZeroU64>,
}

/// What runs WebAssembly modules.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct WasmEngines {
    /// The engine; without it, `wasmtime` where `rp` was built with it, else `wasmi`.
    pub engine: Option<Engine>,
    /// A folder for the code that wasmtime compiled, which nobody else may enter, or `off`; without it, `rp/wasm` in the
    /// user's cache folder.
    pub cache: Option<PathBuf>,
}

/// A WebAssembly engine.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// An interpreter.
    Wasmi,
    /// A compiler.
    Wasmtime,
}

/// A module: its file, and what is expected of it.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Module {
    /// The library file; without it, the module is looked for by its name in `folders`.
    #[cfg_attr(test, schemars(with = "PathBuf"))]
    pub path: Option<Spanned<PathBuf>>,
    /// The versions that fit, as Cargo writes them: `1.2`, `>=1.2, <3`.
    #[cfg_attr(test, schemars(with = "String"))]
    pub version: Option<Spanned<String>>,
    /// The file's sha-256 in 64 hexadecimal digits; a file of other content is refused.
    #[cfg_attr(test, schemars(with = "Sha256"))]
    pub sha256: Option<Spanned<String>>,
    /// What runs it, in place of the engine for all; for WebAssembly only, a native module is refused it.
    #[cfg_attr(test, schemars(with = "Engine"))]
    pub engine: Option<Spanned<Engine>>,
    /// What each instance may use up; for WebAssembly only, a native module is refused it.
    #[cfg_attr(test, schemars(with = "Wasm"))]
    pub wasm: Option<Spanned<Wasm>>,
}

/// What one instance of a WebAssembly module may use up. Reaching a limit ends the instance with an error that names it.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Wasm {
    /// The most bytes of memory, messages and responses included; 268435456 (256 MiB) without it.
    pub memory_bytes: Option<NonZeroU64>,
    /// The most entries of the table of functions, of which the host needs six; 65536 without it.
    pub table_entries: Option<NonZeroU64>,
    /// How long one call may take, in milliseconds, without what the module waits for other modules; 60000 without it.
    pub call_ms: Option<NonZeroU64>,
    /// The most bytes of stack, without what a C compiler puts into the module's memory; 262144 (256 KiB) without it.
    pub stack_bytes: Option<NonZeroU64>,
    /// The most bytes of one response; without it, `limits.reply_bytes` alone counts.
    pub reply_bytes: Option<NonZeroU64>,
    /// The most bytes of the module's file; 67108864 (64 MiB) without it.
    pub module_bytes: Option<NonZeroU64>,
    /// The most bytes of code in all functions; 16777216 (16 MiB) without it.
    pub code_bytes: Option<NonZeroU64>,
    /// The most functions; 100000 without it.
    pub functions: Option<NonZeroU64>,
    /// The most bytes of code in one function; 1048576 (1 MiB) without it.
    pub function_bytes: Option<NonZeroU64>,
}

/// 64 hexadecimal digits.
#[cfg(test)]
#[derive(schemars::JsonSchema)]
#[allow(dead_code, reason = "its schema is what is used")]
pub struct Sha256(#[schemars(regex(pattern = "^[0-9a-fA-F]{64}$"))] String);

/// One instance of a module.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Instance {
    /// The module; without it, the one named like the instance.
    #[cfg_attr(test, schemars(with = "Name"))]
    pub module: Option<Spanned<String>>,
    /// What `init` hands to it.
    #[cfg_attr(test, schemars(with = "serde_json::Map<String, serde_json::Value>"))]
    pub config: Option<Spanned<toml::Table>>,
    /// What it may do.
    pub grants: Grants,
    /// What holds for it alone.
    pub limits: InstanceLimits,
}

/// What an instance may do; nothing that is not named here. Each entry is a name, `prefix.*` or `*`.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Grants {
    /// Entities that it may query.
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub read: Vec<Spanned<String>>,
    /// Entities that it may change.
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub write: Vec<Spanned<String>>,
    /// Events that it may emit.
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub emit: Vec<Spanned<String>>,
    /// Events that it may receive.
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub subscribe: Vec<Spanned<String>>,
    /// Instances whose commands it may call; instances of this file, or `*`.
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub call: Vec<Spanned<String>>,
    /// Entities that it may answer for, in place of the store.
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub provide: Vec<Spanned<String>>,
}

/// What holds for one instance.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct InstanceLimits {
    /// How long its answer to a message of the session is wanted, in milliseconds, in place of the limit for all.
    pub deadline_ms: Option<NonZeroU64>,
}
