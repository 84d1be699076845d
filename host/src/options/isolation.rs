//! How a native module runs in a process of its own.

#[cfg(feature = "serde")]
use std::num::NonZeroU64;
use std::time::Duration;

#[cfg(feature = "serde")]
use serde::{Deserialize as _, Deserializer, de::Error as _};

use super::sandbox::Sandbox;

/// Runs a native module in a process of its own, its *worker*: whatever the module does there, at worst the worker ends.
///
/// A worker that ended is started again, unless [`LoadOptions::restart`](crate::LoadOptions::restart) says otherwise. Which
/// program it runs is said under [`HostBuilder::worker_program`](crate::HostBuilder::worker_program). Relative paths of the sandbox
/// begin at the current folder when the module is loaded. Without the feature `isolated` of this crate, loading fails
/// (`rp::load::no_isolation`).
///
/// ```
/// use rp_host::{IsolatedLimits, Isolation, LoadOptions};
/// let limits = IsolatedLimits { memory: 64 << 20, ..IsolatedLimits::default() };
/// let options = LoadOptions::new().isolated(Isolation { limits, ..Isolation::default() });
/// ```
///
/// Read by serde (feature `serde`), it has the keys of `[module.NAME.isolated]` in an `rp.toml`:
///
/// ```
/// # #[cfg(feature = "serde")] {
/// let text = r#"{"call_ms":500,"sandbox":{"read":["/usr/share/zoneinfo"]}}"#;
/// let isolation: rp_host::Isolation = serde_json::from_str(text).unwrap();
/// assert_eq!(isolation.limits.call_time, std::time::Duration::from_millis(500));
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(from = "Keys", into = "Keys")
)]
pub struct Isolation {
    /// What the worker may use.
    pub limits: IsolatedLimits,
    /// What the worker may reach.
    pub sandbox: Sandbox,
}

/// The limits of a module in a process of its own. Reaching one ends its worker, or fails inside the module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IsolatedLimits {
    /// Bytes of data that the module may allocate, above what its worker has before it loads it; 256 MiB.
    pub memory: usize,
    /// Time for one call without a deadline; 60 seconds. Time that the call waits for other modules does not count.
    pub call_time: Duration,
    /// Time for one call without a deadline, its waits included; 10 minutes.
    pub total_time: Duration,
    /// Time between a cancellation or a deadline and the end of the worker; 100 milliseconds.
    pub grace: Duration,
    /// Calls that a concurrent module handles at once, and as many of its own threads that may send; 16, at most
    /// [`MOST_THREADS`](Self::MOST_THREADS): more count as that.
    pub threads: usize,
    /// Files that the module may have open; 32.
    pub open_files: usize,
    /// Bytes of a file that the module may write; 0.
    pub file: u64,
    /// Bytes of log that are taken from the module in one second; 1 MiB. What is beyond is dropped, and the log says so.
    pub log_per_second: usize,
}

impl IsolatedLimits {
    /// The most [`threads`](Self::threads).
    pub const MOST_THREADS: usize = 64;
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

/// What a module in a process of its own may use and reach.
#[cfg(feature = "serde")]
#[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Isolated"))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Keys {
    /// The most bytes of data that the module may allocate, above what its process has before it loads it; 268435456 (256 MiB) by
    /// default.
    memory_bytes: Option<NonZeroU64>,
    /// How long one call without a deadline may take, in milliseconds, not counting the time it waits for other modules; 60000 by
    /// default.
    call_ms: Option<NonZeroU64>,
    /// How long one call without a deadline may take, in milliseconds, its waits included; 600000 by default.
    total_ms: Option<NonZeroU64>,
    /// How long a call may go on after its deadline or its cancellation before its process is ended, in milliseconds; 100 by
    /// default.
    grace_ms: Option<u64>,
    /// How many calls a concurrent module handles at once, and how many of its own threads may send, at most 64 each; 16 by
    /// default.
    #[cfg_attr(feature = "schema", schemars(range(max = 64)))]
    #[serde(deserialize_with = "threads")]
    threads: Option<NonZeroU64>,
    /// The most files that the module may have open; 32 by default.
    open_files: Option<NonZeroU64>,
    /// The most bytes of a file that the module may write; 0 by default, so that it writes none.
    file_bytes: Option<u64>,
    /// The most bytes of log that are taken from it in one second; 1048576 (1 MiB) by default. What is beyond is dropped, and the
    /// log says so.
    log_bytes_per_s: Option<NonZeroU64>,
    /// What it may reach of its system.
    sandbox: Sandbox,
}

#[cfg(feature = "serde")]
/// As many as a worker can have.
fn threads<'de, D: Deserializer<'de>>(source: D) -> Result<Option<NonZeroU64>, D::Error> {
    let threads = NonZeroU64::deserialize(source)?;
    match usize::try_from(threads.get()) {
        Ok(1..=IsolatedLimits::MOST_THREADS) => Ok(Some(threads)),
        _ => Err(D::Error::custom(format_args!(
            "threads is {threads}, and may be at most {}",
            IsolatedLimits::MOST_THREADS
        ))),
    }
}

#[cfg(feature = "serde")]
impl From<Keys> for Isolation {
    fn from(keys: Keys) -> Self {
        Isolation { limits: keys.limits(), sandbox: keys.sandbox }
    }
}

#[cfg(feature = "serde")]
impl From<Isolation> for Keys {
    fn from(Isolation { limits, sandbox }: Isolation) -> Self {
        let size = |number: usize| NonZeroU64::new(number as u64);
        // A time beyond what the keys can say is no limit.
        let ms = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        Keys {
            memory_bytes: size(limits.memory),
            call_ms: NonZeroU64::new(ms(limits.call_time)),
            total_ms: NonZeroU64::new(ms(limits.total_time)),
            grace_ms: Some(ms(limits.grace)),
            threads: size(limits.threads),
            open_files: size(limits.open_files),
            file_bytes: Some(limits.file),
            log_bytes_per_s: size(limits.log_per_second),
            sandbox,
        }
    }
}

#[cfg(feature = "serde")]
impl Keys {
    fn limits(&self) -> IsolatedLimits {
        let default = IsolatedLimits::default();
        // A value beyond the address space of this machine is no limit.
        let size = |given: Option<NonZeroU64>, default: usize| {
            given.map_or(default, |value| usize::try_from(value.get()).unwrap_or(usize::MAX))
        };
        let time = |given: Option<NonZeroU64>, default: Duration| {
            given.map_or(default, |ms| Duration::from_millis(ms.get()))
        };
        IsolatedLimits {
            memory: size(self.memory_bytes, default.memory),
            call_time: time(self.call_ms, default.call_time),
            total_time: time(self.total_ms, default.total_time),
            grace: self.grace_ms.map_or(default.grace, Duration::from_millis),
            threads: size(self.threads, default.threads),
            open_files: size(self.open_files, default.open_files),
            file: self.file_bytes.unwrap_or(default.file),
            log_per_second: size(self.log_bytes_per_s, default.log_per_second),
        }
    }
}
