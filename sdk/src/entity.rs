//! Entities as the store and modules exchange them.
use serde::{Deserialize, Serialize};

/// An entity: its document, and what its keeper knows about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Entity<T> {
    /// The id.
    pub id: String,
    /// Counts the changes, from 1.
    pub version: u64,
    /// When it was made: UTC, microseconds since 1970.
    pub created_us: i64,
    /// When it was changed last.
    pub modified_us: i64,
    /// The document.
    pub data: T,
}

/// Data of a successful query.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Entities<E> {
    /// The entities that were found.
    pub entities: Vec<E>,
    /// How many there are without `limit` and `offset`.
    pub count: u64,
    /// The entities that `include` followed references to, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub included: Vec<Included>,
}

/// An entity that another one refers to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Included {
    /// Its kind.
    pub entity: String,
    /// The entity.
    #[serde(flatten)]
    pub inner: Entity<serde_json::Value>,
}

/// Data of a successful mutation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Changed {
    /// The entity that was made, changed or removed.
    pub id: String,
    /// Its version now.
    pub version: u64,
}
