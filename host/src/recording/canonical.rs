//! Texts of JSON that mean the same.

use std::borrow::Cow;

use rp_protocol::message_type::{COMMAND, QUERY};
use serde_json::{Value, json};

/// A form that all texts share which mean the same JSON: the order of keys and white space say nothing. What is no JSON is left as
/// it is.
pub(crate) fn canonical(text: &str) -> Cow<'_, str> {
    // The keys of an object are kept sorted.
    match serde_json::from_str::<Value>(text) {
        Ok(value) => Cow::Owned(value.to_string()),
        Err(_) => Cow::Borrowed(text),
    }
}

/// The same for the payload of a message: what the protocol takes for granted may be written or not.
pub(crate) fn canonical_payload<'a>(message_type: &str, payload: &'a str) -> Cow<'a, str> {
    match serde_json::from_str::<Value>(payload) {
        Ok(Value::Object(mut fields)) => {
            fields.retain(|key, value| !is_usual(message_type, key, value));
            Cow::Owned(Value::Object(fields).to_string())
        }
        _ => canonical(payload),
    }
}

/// Whether a field says what its absence would say.
fn is_usual(message_type: &str, key: &str, value: &Value) -> bool {
    match (message_type, key) {
        (QUERY, "filters") | (COMMAND, "args") => *value == json!({}),
        (QUERY, "include" | "sort") => *value == json!([]),
        (QUERY, "offset") => *value == json!(0),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{canonical, canonical_payload};

    #[test]
    fn only_order_and_white_space_say_nothing() {
        assert_eq!(canonical(r#"{"a":1,"b":[1,2]}"#), canonical(r#"{ "b" : [1, 2], "a":1 }"#));
        for (one, other) in [("[1,2]", "[2,1]"), ("1", "1.5"), ("{", "["), ("{\"a\":{}}", "{}")] {
            assert_ne!(canonical(one), canonical(other), "{one} {other}");
        }
    }

    #[test]
    fn what_the_protocol_takes_for_granted_may_be_left_out() {
        let whole = r#"{"entity":"note","filters":{},"include":[],"sort":[],"offset":0,"limit":0}"#;
        assert_eq!(canonical_payload("query", whole), r#"{"entity":"note","limit":0}"#);
        assert_eq!(canonical_payload("command", r#"{"name":"a","args":{}}"#), r#"{"name":"a"}"#);
        for (message_type, payload) in
            [("mine", r#"{"args":{},"offset":0}"#), ("query", r#"{"offset":1,"sort":["a"]}"#), ("query", "[")]
        {
            assert_eq!(canonical_payload(message_type, payload), payload);
        }
    }
}
