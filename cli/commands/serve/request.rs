//! A request: one line of a client.

use std::time::Duration;

use rp_protocol::ServeRequest;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::answer::ErrorLine;

/// A request that was read.
#[derive(Debug)]
pub struct Request {
    pub id: Option<Box<RawValue>>,
    pub module: String,
    pub message_type: String,
    pub payload: String,
    pub deadline: Option<Duration>,
}

/// A line that is no request.
pub struct Malformed {
    /// Its id, where it has one.
    pub id: Option<Box<RawValue>>,
    pub line: ErrorLine,
}

/// Reads a line.
pub fn parse(line: &str) -> Result<Request, Malformed> {
    read(line).map_err(|text| Malformed { id: id_of(line), line: malformed(&text) })
}

/// The error of a line.
pub fn malformed(text: &str) -> ErrorLine {
    let help = "write one request a line, as in {\"id\":1,\"module\":\"log\",\"type\":\"command\",\"payload\":{\"name\":\"x\"}}";
    ErrorLine::operator("rp::serve::malformed", text).help(help)
}

fn read(line: &str) -> Result<Request, String> {
    if !line.trim_start().starts_with('{') {
        return Err("not a JSON object".to_owned());
    }
    let read: ServeRequest<'_> = serde_json::from_str(line)
        .map_err(|error| error.to_string().replace(" at line 1 column ", " at column "))?;
    if read.id.is_some_and(|id| !is_id(id)) {
        return Err("id: expected a string or a number".to_owned());
    }
    let payload = read.payload_text();
    if !payload.starts_with('{') {
        return Err("payload: expected an object".to_owned());
    }
    Ok(Request {
        id: read.id.map(ToOwned::to_owned),
        payload: payload.to_owned(),
        deadline: read.deadline_ms.map(Duration::from_millis),
        module: read.module.into_owned(),
        message_type: read.message_type.into_owned(),
    })
}

fn is_id(id: &RawValue) -> bool {
    matches!(id.get().as_bytes()[0], b'"' | b'-' | b'0'..=b'9')
}

/// The id of a line whose other members are wrong.
fn id_of(line: &str) -> Option<Box<RawValue>> {
    #[derive(Deserialize)]
    struct Only<'a> {
        #[serde(borrow)]
        id: Option<&'a RawValue>,
    }
    let only: Only<'_> = serde_json::from_str(line).ok()?;
    only.id.filter(|id| is_id(id)).map(ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        let request = parse(r#" {"id":"a","module":"m","type":"t","payload":{"x": 1.0},"deadline_ms":5} "#)
            .unwrap_or_else(|_| panic!("a request"));
        assert_eq!(
            (request.payload.as_str(), request.deadline),
            (r#"{"x": 1.0}"#, Some(Duration::from_millis(5)))
        );
        for (line, id, text) in [
            ("", None, "not a JSON object"),
            ("[]", None, "not a JSON object"),
            (r#"["a","b"]"#, None, "not a JSON object"),
            ("{", None, "EOF while parsing"),
            (r#"{"id":1}"#, Some("1"), "missing field `module`"),
            (r#"{"id":-1.5,"module":"m","type":"t","more":1}"#, Some("-1.5"), "unknown field `more`"),
            (r#"{"id":null,"module":"m","type":"t"}"#, None, "id: expected"),
            (r#"{"id":[1],"module":"m","type":"t"}"#, None, "id: expected"),
            (r#"{"id":1,"id":2,"module":"m","type":"t"}"#, None, "duplicate field `id`"),
            (r#"{"id":"x","module":"m","type":"t","payload":null}"#, Some("\"x\""), "payload: expected"),
            (r#"{"id":1,"module":"m","type":"t","payload":[]}"#, Some("1"), "payload: expected"),
            (r#"{"id":1,"module":"m","type":"t","deadline_ms":-1}"#, Some("1"), "invalid value"),
            (r#"{"module":"m","type":"t"} {"#, None, "trailing characters"),
        ] {
            let malformed = parse(line).err().unwrap_or_else(|| panic!("{line}"));
            assert_eq!(malformed.id.as_deref().map(RawValue::get), id, "{line}");
            assert!(malformed.line.error.contains(text), "{line}: {}", malformed.line.error);
        }
    }
}
