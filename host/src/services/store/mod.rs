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

use std::sync::Arc;

use rp_protocol::{Mutation, Query};

use crate::error::Error;
use crate::error::ServiceError;
#[cfg(feature = "sqlite")]
pub use sqlite::{SqliteOptions, SqliteStore};

/// Tells a long query whether its answer is still wanted; true ends it.
pub type Stop = Arc<dyn Fn() -> bool + Send + Sync>;

/// Who asks the store: what may be read, how large the answer may get, how long it is wanted.
#[derive(Clone)]
#[non_exhaustive]
pub struct Asker<'a> {
    /// Whether entities of this name may be read; the refusal is the answer. Asked for what `include` leads to, for what
    /// written data refers to, and before a referrer is named; that the query's own entity may be read was checked before.
    pub check_read: &'a dyn Fn(&str) -> Result<(), ServiceError>,
    /// Larger answers end with `too_large`.
    pub max_bytes: usize,
    /// Asked now and then while a query runs.
    pub stop: Option<Stop>,
}

impl<'a> Asker<'a> {
    /// Someone with these rights, without limits.
    pub fn new(check_read: &'a dyn Fn(&str) -> Result<(), ServiceError>) -> Self {
        Asker { check_read, max_bytes: usize::MAX, stop: None }
    }

    /// The owner of the store, who may read everything.
    pub fn owner() -> Asker<'static> {
        Asker::new(&|_| Ok(()))
    }
}

/// Where a new id and the times of an entity come from: the host's clock and randomness, so that runs can be repeated.
#[derive(Clone, Copy)]
pub struct Moment<'a> {
    /// UTC, microseconds since 1970.
    pub time_us: i64,
    /// Fills the bytes.
    pub random: &'a dyn Fn(&mut [u8]),
}

/// What a mutation did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The id of the entity.
    pub id: String,
    /// Its version; of a deleted entity the last one.
    pub version: u64,
}

/// Research data that modules share. It is called on many threads at once.
///
/// ```
/// use rp_host::ServiceError;
/// use rp_host::store::{Asker, Changed, Moment, Store};
/// use rp_protocol::{Mutation, Query};
///
/// /// Has nothing, and takes nothing.
/// struct Nothing;
///
/// impl Store for Nothing {
///     fn query(&self, _: &Query<'_>, _: &Asker<'_>, out: &mut Vec<u8>) -> Result<(), ServiceError> {
///         out.extend_from_slice(br#"{"entities":[],"count":0}"#);
///         Ok(())
///     }
///     fn mutate(&self, _: &Mutation<'_>, _: &Asker<'_>, _: &Moment<'_>) -> Result<Changed, ServiceError> {
///         Err(ServiceError::new("not_supported", "nothing is kept here"))
///     }
/// }
///
/// let host = rp_host::Host::builder().store(std::sync::Arc::new(Nothing)).build();
/// ```
pub trait Store: Send + Sync {
    /// Appends `{"entities":[…],"count":N}`, with `included` where the query includes something: all from one moment.
    ///
    /// `count` is how many entities match, whatever `limit` and `offset` are.
    ///
    /// # Errors
    /// A refusal becomes the error response; what was appended before it counts for nothing.
    fn query(&self, query: &Query<'_>, asker: &Asker<'_>, out: &mut Vec<u8>) -> Result<(), ServiceError>;

    /// Changes one entity; when it returns, the change is kept.
    ///
    /// That the mutation's own entity may be written was checked before. What the data refers to must be readable to the
    /// asker, whether it is there or not, and no refusal names an entity that the asker may not read.
    ///
    /// # Errors
    /// A refusal becomes the error response; nothing has changed then.
    fn mutate(
        &self,
        mutation: &Mutation<'_>,
        asker: &Asker<'_>,
        moment: &Moment<'_>,
    ) -> Result<Changed, ServiceError>;

    /// Whether what was answered with success is still where it was put; asked when a host has unloaded its instances.
    ///
    /// # Errors
    /// It is not, as where somebody removed the store's file.
    fn check(&self) -> Result<(), Error> {
        Ok(())
    }

    /// Makes queries of `entity` by `path` quick. A store that has no indexes ignores it.
    ///
    /// # Errors
    /// The name or the path is none, or the index cannot be made.
    fn index(&self, entity: &str, path: &str) -> Result<(), Error> {
        let _ = (entity, path);
        Ok(())
    }
}
