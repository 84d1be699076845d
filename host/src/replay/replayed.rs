//! What comes of a replay.

use std::time::Duration;

/// What a replay came to.
#[derive(Clone, Debug, serde::Serialize)]
#[non_exhaustive]
pub struct Replayed {
    /// The instance that was played.
    pub instance: String,
    /// The name of the module that it was played to.
    pub module: String,
    /// Messages that the module handled again.
    pub messages: u64,
    /// Messages that were left out, since they ended then by a time limit that nothing can repeat.
    pub skipped: u64,
    /// Messages that were not played any more, since the replay was stopped or the module had died.
    pub not_played: u64,
    /// How often the module did otherwise.
    pub differences: u64,
    /// What the messages took together.
    #[serde(rename = "elapsed_ns", serialize_with = "nanoseconds")]
    pub elapsed: Duration,
}

fn nanoseconds<S: serde::Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX))
}
