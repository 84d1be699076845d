//! Entities as the store and modules exchange them.
use std::borrow::Cow;

use rp_protocol::members;
use serde_core::{Deserialize, Deserializer, Serialize, Serializer};

/// An entity: its document, and what its keeper knows about it.
#[derive(Clone, Debug, PartialEq)]
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

members! { Entity<T> { required id, required version, required created_us, required modified_us, required data } }

/// Data of a successful query.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Entities<E> {
    /// The entities that were found.
    pub entities: Vec<E>,
    /// How many there are without `limit` and `offset`.
    pub count: u64,
    /// The entities that `include` followed references to, each once.
    #[cfg_attr(feature = "schema", schemars(default, skip_serializing_if = "Vec::is_empty"))]
    pub included: Vec<Included>,
}

members! { Entities<E> { required entities, required count, optional included } }

/// An entity that another one refers to.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Included {
    /// Its kind.
    pub entity: String,
    /// The entity.
    #[cfg_attr(feature = "schema", schemars(flatten))]
    pub inner: Entity<serde_json::Value>,
}

mod flat {
    use std::borrow::Cow;

    use rp_protocol::members;
    use serde_json::Value;

    /// What stands in one object.
    pub struct Included<'a> {
        pub entity: Cow<'a, str>,
        pub id: Cow<'a, str>,
        pub version: u64,
        pub created_us: i64,
        pub modified_us: i64,
        pub data: Cow<'a, Value>,
    }

    members! {
        Included<'a> {
            text entity,
            text id,
            required version,
            required created_us,
            required modified_us,
            required data,
        }
    }
}

impl Serialize for Included {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let Entity { id, version, created_us, modified_us, data } = &self.inner;
        let flat = flat::Included {
            entity: Cow::Borrowed(&self.entity),
            id: Cow::Borrowed(id),
            version: *version,
            created_us: *created_us,
            modified_us: *modified_us,
            data: Cow::Borrowed(data),
        };
        flat.serialize(to)
    }
}

impl<'de> Deserialize<'de> for Included {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let flat = flat::Included::deserialize(from)?;
        let inner = Entity {
            id: flat.id.into_owned(),
            version: flat.version,
            created_us: flat.created_us,
            modified_us: flat.modified_us,
            data: flat.data.into_owned(),
        };
        Ok(Included { entity: flat.entity.into_owned(), inner })
    }
}

/// Data of a successful mutation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Changed {
    /// The entity that was made, changed or removed.
    pub id: String,
    /// Its version now.
    pub version: u64,
}

members! { Changed { required id, required version } }
