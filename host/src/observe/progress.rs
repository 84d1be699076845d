//! Progress of long work.

use rp_protocol::{Event, code, members};
use serde_json::value::RawValue;

use crate::error::ServiceError;

/// The event that reports it; it needs no grant.
pub(crate) const PROGRESS: &str = "progress";

/// How far the work on a message is, as its module reports.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Progress<'a> {
    /// The instance that reports it.
    pub instance: &'a str,
    /// The message that it works for, or 0.
    pub message_id: u64,
    /// How much is done, in the module's own unit.
    pub done: f64,
    /// How much there is to do, where that is known.
    pub total: Option<f64>,
    /// A text for people; may be empty.
    pub note: String,
}

struct Data {
    done: f64,
    total: Option<f64>,
    note: String,
}

members! { reads Data { required done, or_empty total, or_empty note } }

impl<'a> Progress<'a> {
    pub(crate) fn read(instance: &'a str, message_id: u64, event: &Event<'_>) -> Result<Self, ServiceError> {
        let data: Data = serde_json::from_str(event.data.map_or("{}", RawValue::get)).map_err(|error| {
            ServiceError::new(code::INVALID_PAYLOAD, format!("data of progress: {error}"))
        })?;
        Ok(Progress { instance, message_id, done: data.done, total: data.total, note: data.note })
    }
}
