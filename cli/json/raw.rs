//! JSON text that is looked into without being parsed and printed again, so that no byte of it changes.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::terminal::escaped_json;

/// One level of a JSON value; deeper levels stay text.
#[derive(Debug)]
pub enum Shape<'a> {
    Object(BTreeMap<String, &'a RawValue>),
    Array(Vec<&'a RawValue>),
    Text(String),
    /// Digits as they were written: integers past 64 bits and long fractions keep every digit.
    Number(&'a str),
    /// true, false, null, and what no Rust string can hold (a lone surrogate).
    Other(&'a str),
}

/// Opens one level of a value.
pub fn shape(raw: &RawValue) -> Shape<'_> {
    let text = raw.get();
    let opened = match text.as_bytes()[0] {
        b'{' => serde_json::from_str(text).map(Shape::Object),
        b'[' => serde_json::from_str(text).map(Shape::Array),
        b'"' => serde_json::from_str(text).map(Shape::Text),
        b't' | b'f' | b'n' => Ok(Shape::Other(text)),
        _ => Ok(Shape::Number(text)),
    };
    opened.unwrap_or(Shape::Other(text))
}

/// The elements of an array; none for anything else.
pub fn elements(raw: &RawValue) -> Vec<&RawValue> {
    match shape(raw) {
        Shape::Array(elements) => elements,
        _ => Vec::new(),
    }
}

/// The fields of an object in the order in which they were written; none for anything else.
pub fn fields(raw: &RawValue) -> Vec<(String, &RawValue)> {
    let mut reader = serde_json::Deserializer::from_str(raw.get());
    reader.deserialize_map(Fields).unwrap_or_default()
}

struct Fields;

impl<'de> Visitor<'de> for Fields {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(fields)
    }
}

/// A value as JSON.
pub fn raw_of(value: &impl serde::Serialize) -> Box<RawValue> {
    serde_json::value::to_raw_value(value).expect("texts, numbers and JSON can be written as JSON")
}

/// The text that an object has under a key.
pub fn text_at(raw: &RawValue, key: &str) -> Option<String> {
    match shape(raw) {
        Shape::Object(fields) => match shape(fields.get(key)?) {
            Shape::Text(text) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// The value at the end of a path of object keys and array positions, or the part of the path that leads nowhere.
pub fn find<'a, 'p>(raw: &'a RawValue, path: &'p [String]) -> Result<&'a RawValue, &'p str> {
    path.iter().try_fold(raw, |at, key| {
        let next = match shape(at) {
            Shape::Object(fields) => fields.get(key).copied(),
            Shape::Array(elements) => key.parse::<usize>().ok().and_then(|i| elements.get(i).copied()),
            _ => None,
        };
        next.ok_or(key.as_str())
    })
}

/// The places of the string tokens in a value, keys too, each with its quotes.
pub fn strings(raw: &RawValue) -> impl Iterator<Item = Range<usize>> {
    let text = raw.get();
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find('"')?;
        at = string_end(text, start);
        Some(start..at)
    })
}

/// The end of the string token that starts at `start` in valid JSON, behind its closing quote.
fn string_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = start + 1;
    while bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at + 1
}

/// The same JSON, one key or element a line; tokens stay as they are, except that invisible characters are escaped. A text
/// that is not JSON stays as it is.
pub fn indent(text: &str) -> String {
    serde_json::from_str(text).map_or_else(|_| text.to_owned(), indent_value)
}

fn indent_value(raw: &RawValue) -> String {
    let text = raw.get();
    let mut out = String::with_capacity(text.len() * 2);
    let mut depth = 0_usize;
    let mut at = 0;
    while at < text.len() {
        at = indent_token(text, at, &mut depth, &mut out);
    }
    out
}

/// Writes the token that starts at `at`: where the next one starts.
fn indent_token(text: &str, at: usize, depth: &mut usize, out: &mut String) -> usize {
    let bytes = text.as_bytes();
    let byte = bytes[at];
    let end = at + 1;
    match byte {
        b'"' => {
            let end = string_end(text, at);
            out.push_str(&escaped_json(&text[at..end]));
            return end;
        }
        b'{' | b'[' => {
            out.push(char::from(byte));
            let next = skip_space(bytes, end);
            if matches!(bytes[next], b'}' | b']') {
                out.push(char::from(bytes[next]));
                return next + 1;
            }
            *depth += 1;
            break_line(out, *depth);
        }
        b'}' | b']' => {
            *depth -= 1;
            break_line(out, *depth);
            out.push(char::from(byte));
        }
        b',' => {
            out.push(',');
            break_line(out, *depth);
        }
        b':' => out.push_str(": "),
        b' ' | b'\t' | b'\r' | b'\n' => {}
        _ => out.push(char::from(byte)),
    }
    end
}

fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while bytes[at].is_ascii_whitespace() {
        at += 1;
    }
    at
}

fn break_line(out: &mut String, depth: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(text: &str) -> Box<RawValue> {
        RawValue::from_string(text.to_owned()).expect("valid JSON")
    }

    #[test]
    fn find_follows_keys_and_positions() {
        let value = raw(r#"{"data":{"list":[{"id":0.11111111311111055555}]}}"#);
        let cases: &[(&[&str], Result<&str, &str>)] = &[
            (&["data", "list", "0", "id"], Ok("0.11111111311111055555")),
            (&["data", "list", "1"], Err("1")),
            (&["data", "list", "x"], Err("x")),
            (&["nothing", "deeper"], Err("nothing")),
            (&["data", "list", "0", "id", "more"], Err("more")),
        ];
        for (path, expected) in cases {
            let path: Vec<String> = path.iter().map(ToString::to_string).collect();
            assert_eq!(find(&value, &path).map(RawValue::get), *expected, "{path:?}");
        }
    }

    #[test]
    fn fields_keep_their_order() {
        let value = raw(r#"{"b":1,"a":[2],"\u0063":{}}"#);
        let found: Vec<(String, &str)> = fields(&value).into_iter().map(|(k, v)| (k, v.get())).collect();
        assert_eq!(found, [("b".into(), "1"), ("a".into(), "[2]"), ("c".into(), "{}")]);
        assert!(fields(&raw("[1]")).is_empty() && elements(&raw("{}")).is_empty());
    }

    #[test]
    fn indent_changes_nothing_but_space() {
        let cases = [
            ("{}", "{}"),
            ("[ ]", "[]"),
            (r#"{"a":1}"#, "{\n  \"a\": 1\n}"),
            (r#"["x,{}\"", 1e400]"#, "[\n  \"x,{}\\\"\",\n  1e400\n]"),
            (r#"{"ä":"\u0000😀"}"#, "{\n  \"ä\": \"\\u0000😀\"\n}"),
            (r#"{"cut: "#, r#"{"cut: "#),
        ];
        for (text, expected) in cases {
            assert_eq!(indent(text), expected);
        }
    }
}
