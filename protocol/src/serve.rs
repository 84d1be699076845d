//! The lines of `rp serve`: one JSON object each. A client writes requests, and gets a response to each, and events.
use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::members;

/// A request of a client of `rp serve`.
///
/// ```
/// use rp_protocol::ServeRequest;
///
/// let line = r#"{"id":1,"module":"log","type":"command","payload":{"name":"ping"}}"#;
/// let request: ServeRequest<'_> = serde_json::from_str(line).unwrap();
/// assert_eq!((&*request.module, request.payload_text()), ("log", r#"{"name":"ping"}"#));
/// ```
#[derive(Clone, Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct ServeRequest<'a> {
    /// A string or a number, which the response repeats. Requests with an id are answered in any order; one without is
    /// answered before the next line is read.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::RequestId>"))]
    pub id: Option<&'a RawValue>,
    /// The instance; `host` speaks as the owner of the host.
    pub module: Cow<'a, str>,
    /// The type of the message; of `host` also `subscribe`, `unsubscribe`, `instances` and `metrics`.
    #[cfg_attr(feature = "schema", schemars(rename = "type"))]
    pub message_type: Cow<'a, str>,
    /// The payload, an object; None means `{}`.
    #[cfg_attr(feature = "schema", schemars(with = "Option<serde_json::Map<String, serde_json::Value>>"))]
    pub payload: Option<&'a RawValue>,
    /// For how many milliseconds the answer is wanted.
    pub deadline_ms: Option<u64>,
}

// A `null` is a value, so that it is refused instead of counting as absent.
members! {
    ServeRequest<'a> {
        nullable id,
        text module,
        text message_type as "type",
        nullable payload,
        optional deadline_ms;
        others refused
    }
}

impl<'a> ServeRequest<'a> {
    /// The JSON text of the payload, `{}` where there is none.
    pub fn payload_text(&self) -> &'a str {
        self.payload.map_or("{}", RawValue::get)
    }
}
