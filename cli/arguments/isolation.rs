//! The options for modules in processes of their own.

use std::path::PathBuf;

use rp_host::{IsolatedLimits, Isolation, LoadOptions, Sandbox, SandboxMode};
use serde_json::{Map, Value};

/// How native modules are isolated that no rp.toml names.
#[derive(Clone, Default, clap::Args)]
pub struct IsolationOptions {
    /// Run native modules in sandboxed processes of their own: what a module does there ends that process, never rp
    #[arg(long)]
    pub isolated: bool,
    /// Limit what a module in a process of its own may use: memory_bytes=, call_ms=, total_ms=, grace_ms=, threads=,
    /// open_files=, file_bytes= or log_bytes_per_s=N; may be given more than once
    #[arg(long = "isolated-limit", value_name = "KEY=N", requires = "isolated", value_parser = Limit::parse)]
    limits: Vec<Limit>,
    /// `off`: no sandbox around the processes of modules, which then protect from accidents only
    #[arg(long, value_name = "off", requires = "isolated", value_parser = ["off"], hide_possible_values = true)]
    sandbox: Option<String>,
    /// Let modules in processes of their own read PATH, a file or a folder; may be given more than once
    #[arg(long = "allow-read", value_name = "PATH", requires = "isolated", conflicts_with = "sandbox")]
    read: Vec<PathBuf>,
    /// Let them read and write PATH, with files of at most file_bytes; may be given more than once
    #[arg(long = "allow-write", value_name = "PATH", requires = "isolated", conflicts_with = "sandbox")]
    write: Vec<PathBuf>,
}

impl IsolationOptions {
    /// Isolates what is loaded, if they say so.
    pub fn apply(&self, options: LoadOptions) -> LoadOptions {
        match self.isolation() {
            Some(isolation) => options.isolated(isolation),
            None => options,
        }
    }

    /// How native modules are isolated, if they are.
    pub fn isolation(&self) -> Option<Isolation> {
        let mode = if self.sandbox.is_some() { SandboxMode::Off } else { SandboxMode::Required };
        let sandbox =
            || Sandbox { mode, read: self.read.clone(), write: self.write.clone(), ..Sandbox::default() };
        self.isolated.then(|| Isolation { limits: Limit::all(&self.limits), sandbox: sandbox() })
    }
}

/// One limit, as the command line gives it: a key of `[module.NAME.isolated]` in an rp.toml.
#[derive(Clone, Debug)]
struct Limit {
    key: String,
    value: u64,
}

impl Limit {
    /// Reads `KEY=N`.
    fn parse(text: &str) -> Result<Self, String> {
        let (key, number) = text.split_once('=').ok_or("write KEY=N, as in call_ms=500")?;
        let value = number.parse().map_err(|_| format!("`{number}` is not a whole number"))?;
        let limit = Limit { key: key.to_owned(), value };
        Self::read(std::slice::from_ref(&limit)).map(|_| limit).map_err(|error| error.to_string())
    }

    /// The default with these in it.
    fn all(limits: &[Limit]) -> IsolatedLimits {
        // Each of them was read before.
        Self::read(limits).unwrap_or_default()
    }

    fn read(limits: &[Limit]) -> Result<IsolatedLimits, serde_json::Error> {
        let keys: Map<String, Value> = limits.iter().map(|one| (one.key.clone(), one.value.into())).collect();
        serde_json::from_value::<Isolation>(keys.into()).map(|isolation| isolation.limits)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn limits_are_those_of_rp_toml() {
        let read = |texts: &[&str]| {
            Limit::all(&texts.iter().map(|text| Limit::parse(text).expect(text)).collect::<Vec<_>>())
        };
        let expected = IsolatedLimits {
            memory: 65536,
            call_time: Duration::from_millis(7),
            grace: Duration::ZERO,
            file: 9,
            ..IsolatedLimits::default()
        };
        assert_eq!(
            read(&["memory_bytes=65536", "call_ms=5", "call_ms=7", "grace_ms=0", "file_bytes=9"]),
            expected
        );
        assert_eq!(read(&[]), IsolatedLimits::default());
        for (text, expected) in [
            ("memory_bytes", "write KEY=N"),
            ("memory=1", "unknown field `memory`, expected one of `memory_bytes`, `call_ms`"),
            ("call_ms=0", "nonzero"),
            ("call_ms=1s", "not a whole number"),
            ("threads=65", "at most 64"),
            ("sandbox=1", "invalid type"),
        ] {
            let told = Limit::parse(text).expect_err(text);
            assert!(told.contains(expected), "{text}: {told}");
        }
    }
}
