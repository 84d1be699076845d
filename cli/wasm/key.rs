//! The limits on WebAssembly modules, under the names that operators know them by.

use std::num::NonZeroU64;
use std::time::Duration;

use rp_host::{CallFault, Error, LoadFault, WasmLimits, WasmPart};

/// A limit under the name that operators know it by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    Memory,
    Table,
    CallTime,
    Stack,
    Reply,
    Module,
    Code,
    Functions,
    Function,
}

impl Key {
    /// All of them.
    pub const ALL: [Key; 9] = [
        Key::Memory,
        Key::Table,
        Key::CallTime,
        Key::Stack,
        Key::Reply,
        Key::Module,
        Key::Code,
        Key::Functions,
        Key::Function,
    ];

    /// Its name in an `rp.toml` and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Key::Memory => "memory_bytes",
            Key::Table => "table_entries",
            Key::CallTime => "call_ms",
            Key::Stack => "stack_bytes",
            Key::Reply => "reply_bytes",
            Key::Module => "module_bytes",
            Key::Code => "code_bytes",
            Key::Functions => "functions",
            Key::Function => "function_bytes",
        }
    }

    /// Sets it; a value beyond the address space of this machine counts as no limit.
    pub fn set(self, limits: &mut WasmLimits, value: NonZeroU64) {
        let size = usize::try_from(value.get()).unwrap_or(usize::MAX);
        match self {
            Key::Memory => limits.memory = size,
            Key::Table => limits.table = size,
            Key::CallTime => limits.call_time = Duration::from_millis(value.get()),
            Key::Stack => limits.stack = size,
            Key::Reply => limits.reply = size,
            Key::Module => limits.module = size,
            Key::Code => limits.code = size,
            Key::Functions => limits.functions = size,
            Key::Function => limits.function = size,
        }
    }

    fn of_part(part: WasmPart) -> Option<Key> {
        match part {
            WasmPart::Bytes => Some(Key::Module),
            WasmPart::CodeBytes | WasmPart::Work => Some(Key::Code),
            WasmPart::Functions => Some(Key::Functions),
            WasmPart::FunctionBytes => Some(Key::Function),
            _ => None,
        }
    }

    /// The limit that an error names.
    fn reached(error: &Error) -> Option<Key> {
        let fault = match error.load_fault() {
            Some(LoadFault::StartFailed { fault, .. } | LoadFault::InitFailed { fault, .. }) => Some(fault),
            Some(LoadFault::WasmLimit { part, .. }) => return Key::of_part(*part),
            _ => error.call_fault(),
        };
        match fault? {
            CallFault::LimitMemory { .. } => Some(Key::Memory),
            CallFault::LimitTable { .. } => Some(Key::Table),
            CallFault::LimitTime { .. } => Some(Key::CallTime),
            CallFault::LimitStack { .. } => Some(Key::Stack),
            CallFault::LimitReply { .. } => Some(Key::Reply),
            _ => None,
        }
    }
}

/// How to raise the limit that an error names, where it names one.
pub fn help(error: &Error) -> Option<String> {
    let key = Key::reached(error)?;
    let name = key.as_str();
    let (table, option) = match key {
        // Isolated modules have it too.
        Key::CallTime => (" or [module.NAME.isolated]", " or --isolated-limit call_ms=N"),
        _ => ("", ""),
    };
    Some(format!(
        "if the module needs it, raise {name} under [module.NAME.wasm]{table} of the rp.toml; without one: --wasm-limit {name}=N{option}"
    ))
}
