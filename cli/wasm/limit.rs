//! Limits on WebAssembly modules, as the command line gives them.

use std::num::NonZeroU64;
use std::path::Path;

use rp_host::{Format, WasmLimits};

use super::key::Key;
use crate::fault::Fault;

/// Refuses a native module that limits are set for: they would not hold. A file that cannot be inspected fails when it is
/// loaded.
pub fn refuse_native(path: &Path, limits: &[Limit]) -> Result<(), Fault> {
    if limits.is_empty() || rp_host::inspect(path).map_or(true, |found| found.format == Format::Wasm) {
        return Ok(());
    }
    let text = format!("{} is a native library, which --wasm-limit does not apply to", path.display());
    let help = "remove it, use the .wasm file of the module, or set limits for single modules in an rp.toml";
    Err(Fault::environment("rp::usage", text).help(help))
}

/// One limit, as the command line gives it.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    key: Key,
    value: NonZeroU64,
}

impl Limit {
    /// Reads `KEY=N`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (word, number) = text.split_once('=').ok_or("write KEY=N, as in call_ms=500")?;
        let key = Key::ALL.into_iter().find(|key| key.as_str() == word);
        let names = Key::ALL.map(Key::as_str).join(", ");
        let key = key.ok_or_else(|| format!("`{word}` is not one of {names}"))?;
        let value = number.parse().map_err(|_| format!("`{number}` is not a whole number above 0"))?;
        Ok(Limit { key, value })
    }

    /// The default with these in it.
    pub fn all(limits: &[Limit]) -> WasmLimits {
        let mut all = WasmLimits::default();
        limits.iter().for_each(|limit| limit.key.set(&mut all, limit.value));
        all
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn limits_are_read_and_set() {
        let read = |texts: &[&str]| {
            Limit::all(&texts.iter().map(|text| Limit::parse(text).expect(text)).collect::<Vec<_>>())
        };
        let limits = read(&[
            "memory_bytes=65536",
            "call_ms=5",
            "call_ms=7",
            "table_entries=9",
            "stack_bytes=8192",
            "reply_bytes=70",
            "module_bytes=80",
            "code_bytes=90",
            "functions=10",
            "function_bytes=11",
        ]);
        let call_time = Duration::from_millis(7);
        let expected = WasmLimits {
            memory: 65536,
            table: 9,
            call_time,
            stack: 8192,
            reply: 70,
            module: 80,
            code: 90,
            functions: 10,
            function: 11,
        };
        assert_eq!(limits, expected);
        assert_eq!(read(&[]), WasmLimits::default());
        for (text, expected) in [
            ("memory_bytes", "write KEY=N"),
            (
                "memory=1",
                "not one of memory_bytes, table_entries, call_ms, stack_bytes, reply_bytes, module_bytes",
            ),
            ("call_ms=0", "not a whole number above 0"),
            ("call_ms=1s", "not a whole number above 0"),
        ] {
            let told = Limit::parse(text).expect_err(text);
            assert!(told.contains(expected), "{text}: {told}");
        }
    }
}
