//! The form of a step: its keys and their types. `step` finds what is wrong with their values.

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// A step of a session: one message, and what is expected to come of it.
#[derive(Deserialize)]
#[cfg_attr(all(test, not(rp_sanitized)), derive(schemars::JsonSchema), schemars(title = "Step", inline))]
#[serde(deny_unknown_fields, expecting = "a JSON object")]
pub struct Fields<'a> {
    /// The instance that the message is sent to, or `host`, for what the owner of the host asks.
    #[cfg_attr(all(test, not(rp_sanitized)), schemars(regex(pattern = "^[a-z0-9-]+$")))]
    pub module: String,
    /// The type of the message: command, query, mutation, event, describe, or an own one; to `host` also wait_for.
    #[serde(rename = "type")]
    pub message_type: String,
    /// The payload of the message; by default `{}`.
    #[cfg_attr(all(test, not(rp_sanitized)), schemars(with = "Option<Object>"))]
    #[serde(borrow, default, deserialize_with = "present")]
    pub payload: Option<&'a RawValue>,
    /// What the response must contain.
    #[cfg_attr(all(test, not(rp_sanitized)), schemars(with = "Option<Object>"))]
    #[serde(borrow, default, deserialize_with = "present")]
    pub expect: Option<&'a RawValue>,
    /// The events that are published until all of them are handled, in their order.
    #[cfg_attr(all(test, not(rp_sanitized)), schemars(with = "Option<Vec<Object>>"))]
    #[serde(borrow, default, deserialize_with = "present")]
    pub events: Option<&'a RawValue>,
    /// The lines of the log until then, of level info and above, in their order.
    #[cfg_attr(all(test, not(rp_sanitized)), schemars(with = "Option<Vec<Object>>"))]
    #[serde(borrow, default, deserialize_with = "present")]
    pub log: Option<&'a RawValue>,
    /// A name for the response; later steps write `${name.data.key.0}` for a value of it.
    #[cfg_attr(all(test, not(rp_sanitized)), schemars(regex(pattern = "^[A-Za-z0-9_-]+$")))]
    #[serde(rename = "as")]
    pub kept_as: Option<String>,
    /// Text for people.
    pub note: Option<String>,
}

#[cfg(all(test, not(rp_sanitized)))]
type Object = serde_json::Map<String, serde_json::Value>;

/// Keeps a `null` as a value, so that it is refused instead of counting as absent.
fn present<'de: 'a, 'a, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'a RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}
