//! The store: the host's shared research data.
//!
//! Entities are JSON documents with the name of their kind and an id. `SqliteStore` is the host's own store (feature
//! `sqlite`); an embedder may provide another one.
//!
//! # Entities
//! An entity is `{"id":…,"version":1,"created_us":…,"modified_us":…,"data":{…}}`. Its data are the bytes that
//! were written. Data that could be read in two ways is rejected: equal keys in one object, and half a surrogate pair. A name
//! is 1 to 128 characters from `a-z 0-9 _ . -`, an id 1 to 128 printable ASCII characters without `/`; if no id is given, the
//! store makes a UUID of version 7 from the host's clock and randomness.
//!
//! # References
//! An object with the one key `$ref` is a reference, `{"$ref":"ENTITY/ID"}`. The writer must be allowed to read the
//! target's kind. The target must exist when the reference is written (an entity may refer to itself), and cannot be deleted
//! while others refer to it, unless the mutation says `force`.
//!
//! # Paths
//! `place.county.0` leads from key to key, and to items of arrays by index; if a key contains a dot, the path is written as a
//! JSON pointer, `/place/county/0`. `$id`, `$version`, `$created_us` and `$modified_us` are the entity's own.
//!
//! # Filters
//! `{"status":"open","place.county":{"in":["Essex","Kent"]},"year":{"gte":1850,"lt":1900}}`: all conditions must hold. A
//! condition is a value, which must be equal, or an object of operators:
//!
//! | operator | holds where the value is |
//! | --- | --- |
//! | `eq`, `ne` | equal; present and not equal |
//! | `in` | equal to one of an array |
//! | `lt`, `lte`, `gt`, `gte` | less or greater: numbers with numbers, texts with texts byte by byte |
//! | `contains` | a text with this text in it, or an array with this value in it |
//! | `exists` | present (`true`) or missing (`false`) |
//!
//! Equality respects types: `1` equals `1.0`, but neither `"1"` nor `true`, and `null` equals only a `null` that is present.
//! Integers of 64 bits are exact, other numbers are the nearest double.
//!
//! # Order
//! `sort` names paths; `-` before one reverses it. Missing values come first, then null, arrays and objects, false, true,
//! numbers, and text by its bytes. Equal values are ordered by id, and so is everything without `sort`.

mod contract;
#[cfg(feature = "sqlite")]
mod document;
#[cfg(feature = "sqlite")]
mod filter;
#[cfg(feature = "sqlite")]
mod ids;
#[cfg(feature = "sqlite")]
mod names;
#[cfg(feature = "sqlite")]
mod path;
#[cfg(feature = "sqlite")]
mod scalar;
#[cfg(feature = "sqlite")]
mod scan;
#[cfg(feature = "sqlite")]
mod sqlite;

pub use contract::{Asker, Changed, Moment, Stop, Store};
#[cfg(feature = "sqlite")]
pub use sqlite::{
    Compacted, EntityStats, Existing, Imported, IndexStats, Selection, SqliteOptions, SqliteStore, StoreFile,
    StoreFinding, StoreStats, Watch, WorkDone, compact,
};
