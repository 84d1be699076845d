//! What a trace shows, as data.

use std::str::FromStr;

/// What a trace shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(deny_unknown_fields, default))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Trace"))]
pub struct TraceOptions {
    /// JSON pointers (RFC 6901), such as `/args/password`: what a payload or a response has there is written as `"[redacted]"`.
    /// One that is not JSON is then left out as a whole.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>"))]
    pub redact: Vec<JsonPointer>,
}

/// A JSON pointer (RFC 6901): where a value is in a document.
///
/// ```
/// use rp_host::JsonPointer;
///
/// assert!("/args/password".parse::<JsonPointer>().is_ok());
/// assert!("args".parse::<JsonPointer>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(try_from = "String"))]
pub struct JsonPointer(pub(crate) Vec<String>);

impl FromStr for JsonPointer {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.split('/');
        if parts.next() != Some("") {
            return Err(format!("`{text}` is no JSON pointer: it begins with `/`, as in `/args/password`"));
        }
        Ok(JsonPointer(parts.map(|part| part.replace("~1", "/").replace("~0", "~")).collect()))
    }
}

impl TryFrom<String> for JsonPointer {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}
