//! The store: the host's shared research data.
//!
//! Entities are JSON documents, found by the name of their kind and an id. `SqliteStore` is the store that comes with
//! the host (feature `sqlite`); an embedder may bring another one.
//!
//! # Entities
//! An entity is `{"id":…,"version":1,"created_us":…,"modified_us":…,"data":{…}}`. Its data are the bytes that were
//! written; what could be read in two ways is refused when it is written: equal keys in one object, and half a surrogate
//! pair. A name is 1 to 128 characters out of `a-z 0-9 _ . -`, an id 1 to 128 printable ASCII characters without `/`;
//! where no id is given, a UUID of version 7 is made from the host's clock and randomness.
//!
//! # References
//! An object with the one key `$ref` is a reference, `{"$ref":"ENTITY/ID"}`. Who writes it must be allowed to read the
//! target's kind; the target must be there when it is written (an entity may refer to itself), and cannot be deleted while
//! others refer to it, unless the mutation says `force`.
//!
//! # Paths
//! `place.county.0` leads from key to key, and to items of arrays by index; where a key holds a dot it is written as a
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
//! | `lt`, `lte`, `gt`, `gte` | a number and compares so with a number, or a text with a text, byte by byte |
//! | `contains` | a text with this text in it, or an array with this value in it |
//! | `exists` | there (`true`) or not (`false`) |
//!
//! Equality knows types: `1` equals `1.0`, but neither `"1"` nor `true`, and `null` only a `null` that is there. Whole
//! numbers of 64 bits are exact, others are the nearest double.
//!
//! # Order
//! `sort` names paths, `-` before one turns it round. First comes what is missing, then null, arrays and objects, false,
//! true, numbers, and text by its bytes; what is equal is ordered by id, and so is everything where nothing is named.

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
pub use sqlite::{SqliteOptions, SqliteStore};
