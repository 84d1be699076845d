//! The limits of a sandboxed instance.

#[cfg(feature = "serde")]
use std::num::NonZeroU64;
use std::time::Duration;

/// The limits of one instance of a WebAssembly module. The default suits modules that keep some data and answer fast.
///
/// An instance that reaches a limit is ended with an error that names the limit; the host and its other instances go on. Memory,
/// table and reply are milder: growing them fails inside the module, and a module that answers RP_ERR_NO_MEMORY lives on. A
/// module cannot create a second instance or memory, so these have no limit.
///
/// ```
/// use std::time::Duration;
/// use rp_host::{LoadOptions, WasmLimits};
/// let limits = WasmLimits { call_time: Duration::from_secs(1), ..WasmLimits::default() };
/// let options = LoadOptions::new().wasm_limits(limits);
/// ```
/// Read by serde (feature `serde`), it has the keys of `[module.NAME.wasm]` in an `rp.toml`:
///
/// ```
/// # #[cfg(feature = "serde")] {
/// let limits: rp_host::WasmLimits = serde_json::from_str(r#"{"call_ms":500}"#).unwrap();
/// assert_eq!(limits.call_time, std::time::Duration::from_millis(500));
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(from = "Keys"))]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(
        description = "What one instance of a WebAssembly module may use. Reaching a limit ends the instance with an error that names it."
    )
)]
pub struct WasmLimits {
    /// Bytes of memory; 256 MiB. They include messages and responses.
    pub memory: usize,
    /// Entries of the function table; 65,536. The host needs six of them.
    pub table: usize,
    /// Time for one call; 60 seconds. Time that the call waits for other modules does not count; the host's own work for it does.
    /// It is checked every few milliseconds, and when a host function returns.
    pub call_time: Duration,
    /// Bytes of stack; 256 KiB. The stack that a C compiler keeps in the module's own memory is not part of it. Under Wasmtime it
    /// is the calling thread's stack, which must have this much left and 256 KiB more.
    pub stack: usize,
    /// Bytes of one response; `usize::MAX`, since the caller's [`Reply`](crate::Reply) has a limit too, and the smaller one
    /// applies.
    pub reply: usize,
    /// Bytes of the module's file; 64 MiB, and never more. This limit and those below apply when a module is loaded.
    pub module: usize,
    /// Bytes of code in all functions; 16 MiB.
    pub code: usize,
    /// Functions; 100,000.
    pub functions: usize,
    /// Bytes of code in one function; 1 MiB.
    pub function: usize,
}

impl Default for WasmLimits {
    fn default() -> Self {
        WasmLimits {
            memory: 256 << 20,
            table: 1 << 16,
            call_time: Duration::from_secs(60),
            stack: 256 << 10,
            reply: usize::MAX,
            module: 64 << 20,
            code: 16 << 20,
            functions: 100_000,
            function: 1 << 20,
        }
    }
}

/// What one instance of a WebAssembly module may use. Reaching a limit ends the instance with an error that names it.
#[cfg(feature = "serde")]
#[derive(Debug, Default, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Wasm"))]
#[serde(deny_unknown_fields, default)]
struct Keys {
    /// The most bytes of memory, messages and responses included; 268435456 (256 MiB) by default.
    memory_bytes: Option<NonZeroU64>,
    /// The most entries of the table of functions, of which the host needs six; 65536 by default.
    table_entries: Option<NonZeroU64>,
    /// How long one call may take, in milliseconds, not counting the time it waits for other modules; 60000 by default.
    call_ms: Option<NonZeroU64>,
    /// The most bytes of stack, not counting what a C compiler puts into the module's memory; 262144 (256 KiB) by default.
    stack_bytes: Option<NonZeroU64>,
    /// The most bytes of one response; by default, only `limits.reply_bytes` applies.
    reply_bytes: Option<NonZeroU64>,
    /// The most bytes of the module's file; 67108864 (64 MiB) by default.
    module_bytes: Option<NonZeroU64>,
    /// The most bytes of code in all functions; 16777216 (16 MiB) by default.
    code_bytes: Option<NonZeroU64>,
    /// The most functions; 100000 by default.
    functions: Option<NonZeroU64>,
    /// The most bytes of code in one function; 1048576 (1 MiB) by default.
    function_bytes: Option<NonZeroU64>,
}

#[cfg(feature = "serde")]
impl From<Keys> for WasmLimits {
    fn from(keys: Keys) -> Self {
        let default = WasmLimits::default();
        // A value beyond the address space of this machine is no limit.
        let size = |given: Option<NonZeroU64>, default: usize| {
            given.map_or(default, |value| usize::try_from(value.get()).unwrap_or(usize::MAX))
        };
        WasmLimits {
            memory: size(keys.memory_bytes, default.memory),
            table: size(keys.table_entries, default.table),
            call_time: keys.call_ms.map_or(default.call_time, |ms| Duration::from_millis(ms.get())),
            stack: size(keys.stack_bytes, default.stack),
            reply: size(keys.reply_bytes, default.reply),
            module: size(keys.module_bytes, default.module),
            code: size(keys.code_bytes, default.code),
            functions: size(keys.functions, default.functions),
            function: size(keys.function_bytes, default.function),
        }
    }
}
