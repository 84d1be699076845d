//! The limits of a sandboxed instance.

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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
