//! What holds for a whole host, as data.

use std::num::{NonZeroU64, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use crate::options::trace::TraceOptions;

/// What holds for a whole host, as data: what a program reads from a file of its own. An `rp.toml` has the same keys.
///
/// ```
/// use rp_host::{Host, HostOptions};
///
/// # #[cfg(feature = "serde")] {
/// let text = r#"{"name":"my-program","limits":{"wait_ms":500,"queued_events":16}}"#;
/// let options: HostOptions = serde_json::from_str(text).unwrap();
/// let host = Host::builder().options(&options).build();
/// # let _ = host;
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(deny_unknown_fields, default))]
#[non_exhaustive]
pub struct HostOptions {
    /// The name that modules read in `init`.
    pub name: Option<String>,
    /// The version that modules read in `init`.
    pub version: Option<String>,
    /// The limits of every instance.
    pub limits: HostLimits,
    /// The program of isolated modules' processes, as in [`HostBuilder::worker_program`](crate::HostBuilder::worker_program).
    pub worker_program: Option<PathBuf>,
    /// What a trace shows.
    pub trace: TraceOptions,
}

/// The limits of every instance.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(deny_unknown_fields, default))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Limits"))]
pub struct HostLimits {
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
    /// The deadline of each message of the session, in milliseconds after it is sent; by default, there is none. The host sets
    /// none by itself: whoever sends a message does.
    pub deadline_ms: Option<NonZeroU64>,
}

impl HostLimits {
    /// `wait_ms` as a time.
    #[must_use]
    pub fn wait(&self) -> Option<Duration> {
        self.wait_ms.map(|ms| Duration::from_millis(ms.get()))
    }

    /// `deadline_ms` as a time.
    #[must_use]
    pub fn deadline(&self) -> Option<Duration> {
        self.deadline_ms.map(|ms| Duration::from_millis(ms.get()))
    }
}
