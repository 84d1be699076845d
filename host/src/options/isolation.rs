//! How a native module runs in a process of its own.

use std::num::NonZeroU64;
use std::time::Duration;

use serde::Deserialize;

use super::sandbox::Sandbox;

/// Runs a native module in a process of its own, its *worker*: whatever the module does there, at worst the worker ends.
///
/// ```
/// use rp_host::{IsolatedLimits, Isolation, LoadOptions};
/// let limits = IsolatedLimits { memory: 64 << 20, ..IsolatedLimits::default() };
/// let options = LoadOptions::new().isolated(Isolation { limits, ..Isolation::default() });
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Isolation {
    /// What the worker may use.
    pub limits: IsolatedLimits,
    /// What the worker may reach.
    pub sandbox: Sandbox,
}

/// The limits of a module in a process of its own. Reaching one ends its worker, or fails inside the module.
///
/// Read by serde, it has the keys of `[module.NAME.isolated]` in an `rp.toml`:
///
/// ```
/// let limits: rp_host::IsolatedLimits = serde_json::from_str(r#"{"call_ms":500}"#).unwrap();
/// assert_eq!(limits.call_time, std::time::Duration::from_millis(500));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "Keys")]
pub struct IsolatedLimits {
    /// Bytes of data that the module may allocate, above what its worker has when it is ready; 256 MiB.
    pub memory: usize,
    /// Time for one call without a deadline; 60 seconds. Time that the call waits for other modules does not count.
    pub call_time: Duration,
    /// Time for one call without a deadline, its waits included; 10 minutes.
    pub total_time: Duration,
    /// Time between a cancellation or a deadline and the end of the worker; 100 milliseconds.
    pub grace: Duration,
    /// Calls that a concurrent module handles at once, and as many of its own threads that may send; 16, at most 64.
    pub threads: usize,
    /// Files that the module may have open; 32.
    pub open_files: usize,
    /// Bytes of a file that the module may write; 0.
    pub file: u64,
    /// Bytes of log that are taken from the module in one second; 1 MiB. What is beyond is dropped, and the log says so.
    pub log_per_second: usize,
}

impl Default for IsolatedLimits {
    fn default() -> Self {
        IsolatedLimits {
            memory: 256 << 20,
            call_time: Duration::from_secs(60),
            total_time: Duration::from_secs(600),
            grace: Duration::from_millis(100),
            threads: 16,
            open_files: 32,
            file: 0,
            log_per_second: 1 << 20,
        }
    }
}

/// What a module in a process of its own may use.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Keys {
    memory_bytes: Option<NonZeroU64>,
    call_ms: Option<NonZeroU64>,
    total_ms: Option<NonZeroU64>,
    grace_ms: Option<u64>,
    threads: Option<NonZeroU64>,
    open_files: Option<NonZeroU64>,
    file_bytes: Option<u64>,
    log_bytes_per_s: Option<NonZeroU64>,
}

impl From<Keys> for IsolatedLimits {
    fn from(keys: Keys) -> Self {
        let default = IsolatedLimits::default();
        // A value beyond the address space of this machine is no limit.
        let size = |given: Option<NonZeroU64>, default: usize| {
            given.map_or(default, |value| usize::try_from(value.get()).unwrap_or(usize::MAX))
        };
        let time = |given: Option<NonZeroU64>, default: Duration| {
            given.map_or(default, |ms| Duration::from_millis(ms.get()))
        };
        IsolatedLimits {
            memory: size(keys.memory_bytes, default.memory),
            call_time: time(keys.call_ms, default.call_time),
            total_time: time(keys.total_ms, default.total_time),
            grace: keys.grace_ms.map_or(default.grace, Duration::from_millis),
            threads: size(keys.threads, default.threads).min(64),
            open_files: size(keys.open_files, default.open_files),
            file: keys.file_bytes.unwrap_or(default.file),
            log_per_second: size(keys.log_bytes_per_s, default.log_per_second),
        }
    }
}
