//! What a message is about, read from its payload without a parser and without the heap.

use rp_protocol::message_type::{COMMAND, EVENT, MUTATION, QUERY};

/// The name of a command or of an event, or the entity of a query or a mutation, as it is written.
pub(super) fn name<'a>(message_type: &str, payload: &'a str) -> Option<&'a str> {
    match message_type {
        COMMAND => member(payload, "name"),
        EVENT => member(payload, "event"),
        QUERY | MUTATION => member(payload, "entity"),
        _ => None,
    }
}

/// The text that an object has under a key, as it is written. Whatever else the payload is, nothing is found.
pub(super) fn member<'a>(json: &'a str, key: &str) -> Option<&'a str> {
    let (mut at, mut depth) = (0, 0_usize);
    loop {
        at += json.get(at..)?.find(['{', '}', '[', ']', '"'])?;
        match json.as_bytes()[at] {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.checked_sub(1)?,
            _ => {
                let inside = string(json, at)?;
                at += inside.len() + 1;
                let value = json.get(at + 1..)?.trim_start().strip_prefix(':').map(str::trim_start);
                if let (1, true, Some(value)) = (depth, inside == key, value) {
                    return if value.starts_with('"') { string(value, 0) } else { None };
                }
            }
        }
        at += 1;
    }
}

/// The text between the quotes of which the first is at `start`.
fn string(json: &str, start: usize) -> Option<&str> {
    let inside = json.get(start + 1..)?;
    let mut is_escaped = false;
    let end = inside.bytes().position(|byte| {
        let is_end = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_end
    })?;
    inside.get(..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_found_without_parsing() {
        let cases = [
            (r#"{"name":"add","args":{}}"#, Some("add")),
            (r#" { "args" : {"name":"x","l":[{"name":"y"}]}, "name" : "a\"dd" } "#, Some(r#"a\"dd"#)),
            (r#"{"x":"name","name":"add"}"#, Some("add")),
            (r#"{"name":7}"#, None),
            (r#"{"name"#, None),
            (r#"{"name":"add"#, None),
            (r#"}"name":"add""#, None),
            ("", None),
            (r#""\"#, None),
        ];
        for (json, expected) in cases {
            assert_eq!(member(json, "name"), expected, "{json}");
        }
    }
}
