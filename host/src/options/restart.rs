//! Whether an instance that died is started again.

#[cfg(feature = "serde")]
use std::num::NonZeroU64;
use std::time::Duration;

/// When an instance that died is started again, with the options that it was loaded with.
///
/// The first death within a time is followed at once by a new instance of the same code, each further one after a pause
/// that doubles. The handles of the instance reach the new one. Its state is lost: what has to outlive a panic belongs into the
/// store.
///
/// Calls that were waiting for the instance, or come while it starts at once, wait for the new one up to their deadline.
/// During a pause they are refused (`rp::call::unavailable`) and told how long it lasts. Queued events stay queued; the event
/// or call that the instance died of is not repeated. When the attempts are used up, the instance stays dead.
///
/// A native module shares the memory of its process. After a panic its own static variables are as the panic left them, and
/// the memory of the dead instance is never freed.
///
/// ```
/// use std::time::Duration;
/// use rp_host::{LoadOptions, Restart};
///
/// let options = LoadOptions::new().restart(Restart { attempts: 3, ..Restart::default() });
/// assert_eq!(Restart::default().first, Duration::from_millis(100));
/// # let _ = options;
/// ```
///
/// Read by serde (feature `serde`), it has the keys of `restart` in an `rp.toml`; `{}` is the default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(from = "Keys"))]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(
        description = "When an instance that died is started again: at once the first time, then after a pause that doubles."
    )
)]
pub struct Restart {
    /// The most restarts, failed ones among them, within [`within`](Restart::within); 5 by default, 0 never restarts.
    pub attempts: u32,
    /// The time after which a death no longer counts; 60 seconds by default.
    pub within: Duration,
    /// The pause before the second restart; 100 milliseconds by default.
    pub first: Duration,
    /// The longest pause; 30 seconds by default.
    pub longest: Duration,
}

impl Restart {
    /// An instance that died stays dead; so it is unless [`LoadOptions::restart`](crate::LoadOptions::restart) says otherwise.
    pub const NEVER: Restart = Restart { attempts: 0, ..Restart::USUAL };
    const USUAL: Restart = Restart {
        attempts: 5,
        within: Duration::from_secs(60),
        first: Duration::from_millis(100),
        longest: Duration::from_secs(30),
    };

    /// The pause after the death of that number within the time; `None` where there is no restart.
    pub(crate) fn pause(&self, death: u32) -> Option<Duration> {
        if death > self.attempts {
            return None;
        }
        let doublings = death.checked_sub(2).map_or(0, |further| further.min(31));
        let pause = if death < 2 { Duration::ZERO } else { self.first.saturating_mul(1 << doublings) };
        Some(pause.min(self.longest))
    }
}

impl Default for Restart {
    fn default() -> Self {
        Restart::USUAL
    }
}

/// When an instance that died is started again: at once the first time, then after a pause that doubles.
#[cfg(feature = "serde")]
#[derive(Debug, Default, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Restart"))]
#[serde(deny_unknown_fields, default)]
struct Keys {
    /// The most restarts within `within_ms`; 5 by default, and 0 never restarts.
    attempts: Option<u32>,
    /// The time after which a death no longer counts, in milliseconds; 60000 by default.
    within_ms: Option<NonZeroU64>,
    /// The pause before the second restart, in milliseconds; 100 by default.
    first_ms: Option<NonZeroU64>,
    /// The longest pause, in milliseconds; 30000 by default.
    longest_ms: Option<NonZeroU64>,
}

#[cfg(feature = "serde")]
impl From<Keys> for Restart {
    fn from(keys: Keys) -> Self {
        let default = Restart::default();
        let time = |given: Option<NonZeroU64>, default: Duration| {
            given.map_or(default, |ms| Duration::from_millis(ms.get()))
        };
        Restart {
            attempts: keys.attempts.unwrap_or(default.attempts),
            within: time(keys.within_ms, default.within),
            first: time(keys.first_ms, default.first),
            longest: time(keys.longest_ms, default.longest),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_until_the_attempts_are_used_up() {
        let policy = Restart { attempts: 5, longest: Duration::from_millis(350), ..Restart::default() };
        let pauses: Vec<_> =
            (1..=6).map(|death| policy.pause(death).map(|pause| pause.as_millis())).collect();
        assert_eq!(pauses, [Some(0), Some(100), Some(200), Some(350), Some(350), None]);
        assert_eq!(Restart::NEVER.pause(1), None);
        assert_eq!(Restart { attempts: 99, ..policy }.pause(99), Some(policy.longest));
    }
}
