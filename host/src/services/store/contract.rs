//! The interface of a store: the trait and the types of its arguments.

use std::sync::Arc;

use rp_protocol::members;
use rp_protocol::{Mutation, Query};

use crate::error::{Error, ServiceError};

/// A long query calls it now and then; true stops the query, since nobody wants its answer.
pub type Stop = Arc<dyn Fn() -> bool + Send + Sync>;

/// The limits of a request: what may be read, how large the answer may be, how long it is wanted.
#[derive(Clone)]
#[non_exhaustive]
pub struct Asker<'a> {
    /// Whether entities of this name may be read; an error becomes the answer. The store calls it for the targets of `include`
    /// and of references in written data, and before it names a referrer. The query's own entity was checked before.
    pub check_read: &'a dyn Fn(&str) -> Result<(), ServiceError>,
    /// Bytes; a larger answer becomes the error `too_large`.
    pub max_bytes: usize,
    /// Called now and then while a query runs.
    pub stop: Option<Stop>,
}

impl<'a> Asker<'a> {
    /// These rights, no limits.
    pub fn new(check_read: &'a dyn Fn(&str) -> Result<(), ServiceError>) -> Self {
        Asker { check_read, max_bytes: usize::MAX, stop: None }
    }

    /// The owner of the store, who may read everything.
    pub fn owner() -> Asker<'static> {
        Asker::new(&|_| Ok(()))
    }
}

/// The sources of new ids and of times: the host's clock and randomness, so that runs are reproducible.
#[derive(Clone, Copy)]
pub struct Moment<'a> {
    /// UTC, microseconds since 1970.
    pub time_us: i64,
    /// Fills the bytes.
    pub random: &'a dyn Fn(&mut [u8]),
}

/// What a mutation did; the data of its response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The id of the entity.
    pub id: String,
    /// Its version; of a deleted entity the last one.
    pub version: u64,
}

members! { Changed { required id, required version } }

/// Data that modules share. Several threads may call it at once.
///
/// ```
/// use rp_host::ServiceError;
/// use rp_host::store::{Asker, Changed, Moment, Store};
/// use rp_protocol::{Mutation, Query};
///
/// /// Keeps nothing.
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
    /// Appends `{"entities":[…],"count":N}`, with `included` if the query includes something, all from one snapshot.
    ///
    /// `count` is how many entities match, whatever `limit` and `offset` are.
    ///
    /// # Errors
    /// The error becomes the error response; what was appended before is dropped.
    fn query(&self, query: &Query<'_>, asker: &Asker<'_>, out: &mut Vec<u8>) -> Result<(), ServiceError>;

    /// Changes one entity. When it returns, the change is durable.
    ///
    /// The caller has checked that the mutation's own entity may be written. The asker must be allowed to read the targets of
    /// references in the data, whether they exist or not, and no error names an entity that the asker may not read.
    ///
    /// # Errors
    /// The error becomes the error response; nothing has changed.
    fn mutate(
        &self,
        mutation: &Mutation<'_>,
        asker: &Asker<'_>,
        moment: &Moment<'_>,
    ) -> Result<Changed, ServiceError>;

    /// Checks that all data that was answered with success still exists. The host calls it after it has unloaded its instances.
    ///
    /// # Errors
    /// Data is lost, for instance because somebody removed the store's file.
    fn check(&self) -> Result<(), Error> {
        Ok(())
    }

    /// Makes queries of `entity` by `path` fast. A store without indexes ignores it.
    ///
    /// # Errors
    /// The name or the path is not valid, or the index cannot be created.
    fn index(&self, entity: &str, path: &str) -> Result<(), Error> {
        let _ = (entity, path);
        Ok(())
    }
}
