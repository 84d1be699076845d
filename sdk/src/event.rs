//! Events with types.
use serde::Serialize;

use crate::describe::Schema;

/// An event that a module emits: its name, and what it tells. Made by [`event`](macro@crate::event).
pub trait EventData: Serialize + Schema {
    /// The name, such as `research_log.created`.
    const NAME: &'static str;
}
