//! What comes of a replay.

use std::time::Duration;

use serde_core::ser::SerializeStruct;
use serde_core::{Serialize, Serializer};

/// What a replay came to.
#[derive(Clone, Debug)]
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
    pub elapsed: Duration,
}

impl Serialize for Replayed {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut object = to.serialize_struct("Replayed", 7)?;
        object.serialize_field("instance", &self.instance)?;
        object.serialize_field("module", &self.module)?;
        object.serialize_field("messages", &self.messages)?;
        object.serialize_field("skipped", &self.skipped)?;
        object.serialize_field("not_played", &self.not_played)?;
        object.serialize_field("differences", &self.differences)?;
        object.serialize_field("elapsed_ns", &u64::try_from(self.elapsed.as_nanos()).unwrap_or(u64::MAX))?;
        object.end()
    }
}
