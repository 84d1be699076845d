//! What the host asks of a store, and what it hands over with each request.

use std::sync::Arc;

use rp_protocol::{Mutation, Query};

use crate::error::{Error, ServiceError};

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
