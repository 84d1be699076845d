//! The lines of `rp serve`: one JSON object each. A client writes requests, and gets a response to each, and events.
use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

/// A request of a client of `rp serve`.
///
/// ```
/// use rp_protocol::ServeRequest;
///
/// let line = r#"{"id":1,"module":"log","type":"command","payload":{"name":"ping"}}"#;
/// let request: ServeRequest<'_> = serde_json::from_str(line).unwrap();
/// assert_eq!((&*request.module, request.payload_text()), ("log", r#"{"name":"ping"}"#));
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ServeRequest<'a> {
    /// A string or a number, which the response repeats. Requests with an id are answered in any order; one without is
    /// answered before the next line is read.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::RequestId>"))]
    #[serde(borrow, default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub id: Option<&'a RawValue>,
    /// The instance; `host` speaks as the owner of the host.
    #[serde(borrow)]
    pub module: Cow<'a, str>,
    /// The type of the message; of `host` also `subscribe`, `unsubscribe`, `instances` and `metrics`.
    #[serde(borrow, rename = "type")]
    pub message_type: Cow<'a, str>,
    /// The payload, an object; None means `{}`.
    #[cfg_attr(feature = "schema", schemars(with = "Option<serde_json::Map<String, serde_json::Value>>"))]
    #[serde(borrow, default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub payload: Option<&'a RawValue>,
    /// For how many milliseconds the answer is wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline_ms: Option<u64>,
}

impl<'a> ServeRequest<'a> {
    /// The JSON text of the payload, `{}` where there is none.
    pub fn payload_text(&self) -> &'a str {
        self.payload.map_or("{}", RawValue::get)
    }
}

/// Keeps a `null` as a value, so that it is refused instead of counting as absent.
fn present<'de: 'a, 'a, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'a RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}
