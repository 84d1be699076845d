//! An event as the embedder hears it.

use rp_protocol::members;
use serde_core::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::emission::Queued;
use crate::error::{CallFault, Error};
use crate::observe::observers::HOST_NAME;

/// An event that the program of the host heard, from a [`Subscription`](crate::Subscription) or
/// [`HostBuilder::on_event`](crate::HostBuilder::on_event). As JSON it is one object, with the keys `event`, `data`, `from` and
/// `cause`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct HeardEvent {
    /// Its name, such as `note.added`; the store's own are `entity.created`, `entity.updated` and `entity.deleted`.
    pub name: String,
    data: Option<Box<RawValue>>,
    /// The instance that emitted it, or changed the entity; `host` if the program itself did.
    pub from: String,
    /// The id of the message whose handler emitted it, as the trace has it, or 0.
    pub cause: u64,
    /// How many events a [lossy](crate::Subscription::lossy) subscription dropped just before this one.
    pub missed: u64,
}

members! {
    writes HeardEvent {
        required name as "event",
        optional data,
        required from,
        required cause,
        optional missed,
    }
}

impl HeardEvent {
    pub(super) fn read(event: &Queued, missed: u64) -> Self {
        let payload: rp_protocol::Event<'_> =
            serde_json::from_str(&event.payload).expect("it was read before it was published");
        HeardEvent {
            name: payload.event.into_owned(),
            data: payload.data.map(ToOwned::to_owned),
            from: event.from.clone(),
            cause: event.cause.0,
            missed,
        }
    }

    /// Its data, read as a `T`; an event without data has `null`.
    ///
    /// # Errors
    /// If the data are not a `T`: `rp::call::unexpected_data`, with the place.
    pub fn data<T: DeserializeOwned>(&self) -> Result<T, Error> {
        rp_protocol::read(self.raw().get())
            .map_err(|fault| Error::call(&self.from, &format!("event {}", self.name), CallFault::Data(fault)))
    }

    /// Its data as they were written; `null` where it has none.
    #[must_use]
    pub fn raw(&self) -> &RawValue {
        self.data.as_deref().unwrap_or(RawValue::NULL)
    }

    /// Whether the program itself published it, or changed the entity.
    #[must_use]
    pub fn is_own(&self) -> bool {
        self.from == HOST_NAME
    }
}
