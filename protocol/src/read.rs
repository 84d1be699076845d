//! Reads JSON into types of serde, and says where and why that fails.
use std::fmt;

use serde_core::Deserialize;
use serde_core::de::IgnoredAny;
use serde_json::error::Category;

use crate::code;

/// Why a JSON text is not a value of the wanted type, in the words of JSON. `Display` is the text of the error response:
/// `documents[0].citation: expected a string`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReadFault {
    /// The place of the wrong value, such as `documents[0].citation`; empty for the whole.
    pub path: String,
    /// What is wrong with it.
    pub text: String,
    /// Whether the text is JSON at all.
    pub is_json: bool,
}

impl ReadFault {
    /// The standard code of this fault.
    pub fn code(&self) -> &'static str {
        if self.is_json { code::INVALID_PAYLOAD } else { code::INVALID_JSON }
    }

    /// The same fault of a text that stands at `place` in a larger one.
    #[must_use]
    pub fn within(mut self, place: &str) -> Self {
        if self.is_json && !place.is_empty() {
            let dot = if self.path.is_empty() || self.path.starts_with('[') { "" } else { "." };
            self.path = format!("{place}{dot}{}", self.path);
        }
        self
    }
}

impl fmt::Display for ReadFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let colon = if self.path.is_empty() { "" } else { ": " };
        write!(out, "{}{colon}{}", self.path, self.text)
    }
}

impl std::error::Error for ReadFault {}

/// Reads a value.
///
/// ```
/// let fault = rp_protocol::read::<Vec<String>>(r#"["a", 7]"#).unwrap_err();
/// assert_eq!(fault.to_string(), "[1]: expected a string");
/// ```
///
/// # Errors
/// If the text is not JSON, or not a value of the type. Only that costs a second reading, which finds the place.
pub fn read<'a, T: Deserialize<'a>>(json: &'a str) -> Result<T, ReadFault> {
    serde_json::from_str(json).map_err(|error| explain(json, &error, &|| path::<T>(json)))
}

/// The path to what is wrong, by reading once more. This is all that is compiled for each type.
#[cold]
fn path<'a, T: Deserialize<'a>>(json: &'a str) -> Option<serde_path_to_error::Path> {
    let mut again = serde_json::Deserializer::from_str(json);
    let read = serde_path_to_error::deserialize::<_, T>(&mut again);
    read.err().map(|error| error.path().clone())
}

#[cold]
fn explain(
    json: &str,
    error: &serde_json::Error,
    path: &dyn Fn() -> Option<serde_path_to_error::Path>,
) -> ReadFault {
    // serde_json calls some values of the wrong kind bad syntax.
    if error.classify() != Category::Data && serde_json::from_str::<IgnoredAny>(json).is_err() {
        return ReadFault { path: String::new(), text: error.to_string(), is_json: false };
    }
    let path = path().map(|path| path.to_string()).filter(|path| path != ".").unwrap_or_default();
    let (field, text) = said(&error.to_string());
    let path = match field {
        Some(field) if path.is_empty() => field,
        Some(field) => format!("{path}.{field}"),
        None => path,
    };
    ReadFault { path, text, is_json: true }
}

/// What serde says in the words of Rust, in those of JSON; and the field that it is about, where the path ends before it.
fn said(message: &str) -> (Option<String>, String) {
    let message = message.rsplit_once(" at line ").map_or(message, |(text, _)| text);
    let quoted = |prefix: &str| message.strip_prefix(prefix)?.split_once('`');
    if let Some((field, _)) = quoted("missing field `") {
        return (Some(field.to_owned()), "missing".to_owned());
    }
    if let Some((field, _)) = quoted("duplicate field `") {
        return (Some(field.to_owned()), "given more than once".to_owned());
    }
    if let Some((_, known)) = quoted("unknown field `") {
        return (None, format!("unknown; {}", one_of(known)));
    }
    if let Some((_, known)) = quoted("unknown variant `") {
        return (None, one_of(known));
    }
    // What serde_json says to a number in place of an enum, whose usual form is a word.
    if message == "expected value" {
        return (None, "expected a string".to_owned());
    }
    let is_type = ["invalid type: ", "invalid value: ", "invalid length "].iter();
    match message.rsplit_once(", expected ") {
        Some((_, expected)) if is_type.into_iter().any(|prefix| message.starts_with(prefix)) => {
            (None, format!("expected {}", plain(expected)))
        }
        _ => (None, message.to_owned()),
    }
}

/// The choice that stands in ", expected `a` or `b`" and its like.
fn one_of(known: &str) -> String {
    let words: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
    match words.is_empty() {
        true => "nothing is known here".to_owned(),
        false => format!("expected one of {}", words.join(", ")),
    }
}

/// JSON's word for what serde expects.
fn plain(expected: &str) -> &str {
    match expected {
        "a sequence" => "an array",
        "a boolean" => "true or false",
        "unit" => "null",
        "variant identifier" => "a string",
        "u64" | "usize" | "u128" => "a whole number",
        "u8" => "a whole number, at most 255",
        "u16" => "a whole number, at most 65535",
        "u32" => "a whole number, at most 4294967295",
        "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => "an integer",
        "f32" | "f64" => "a number",
        "string or map" => "a string or an object",
        "a map" => "an object",
        struct_name if struct_name.starts_with("struct ") => "an object",
        tuple if tuple.starts_with("a tuple") || tuple.starts_with("tuple ") => "an array",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[allow(dead_code)]
    struct Args {
        title: String,
        #[serde(default)]
        tags: Vec<String>,
        count: Option<u64>,
        small: Option<u8>,
        signed: Option<i32>,
        share: Option<f64>,
        done: Option<bool>,
        kind: Option<Kind>,
        nested: Option<Nested>,
        range: Option<(u8, u8)>,
        named: Option<std::collections::BTreeMap<String, Vec<Nested>>>,
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        One,
        Two,
        Three,
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Nested {
        citation: String,
    }

    #[test]
    fn errors_name_place_and_reason() {
        let cases: &[(&str, &str)] = &[
            ("{}", "title: missing"),
            (r#"{"title":5}"#, "title: expected a string"),
            (r#"{"title":null}"#, "title: expected a string"),
            (r#"{"title":"a","title":"b"}"#, "title: given more than once"),
            (r#"{"title":"a","tags":"x"}"#, "tags: expected an array"),
            (r#"{"title":"a","tags":["x",1]}"#, "tags[1]: expected a string"),
            (r#"{"title":"a","count":-1}"#, "count: expected a whole number"),
            (r#"{"title":"a","count":1.5}"#, "count: expected a whole number"),
            (r#"{"title":"a","small":256}"#, "small: expected a whole number, at most 255"),
            (r#"{"title":"a","signed":"x, expected y"}"#, "signed: expected an integer"),
            (r#"{"title":"a","share":[]}"#, "share: expected a number"),
            (r#"{"title":"a","done":0}"#, "done: expected true or false"),
            (r#"{"title":"a","kind":"four"}"#, "kind: expected one of one, two, three"),
            (r#"{"title":"a","kind":7}"#, "kind: expected a string"),
            (r#"{"title":"a","nested":{}}"#, "nested.citation: missing"),
            (r#"{"title":"a","nested":[]}"#, "nested: expected an object"),
            (r#"{"title":"a","nested":7}"#, "nested: expected an object"),
            (
                r#"{"title":"a","nested":{"citation":"c","x":1}}"#,
                "nested.x: unknown; expected one of citation",
            ),
            (r#"{"title":"a","range":[1]}"#, "range: expected an array"),
            (r#"{"title":"a","named":{"k":[{"citation":1}]}}"#, "named.k[0].citation: expected a string"),
        ];
        for (json, expected) in cases {
            let fault = read::<Args>(json).unwrap_err();
            assert_eq!(
                (fault.code(), fault.to_string().as_str()),
                (code::INVALID_PAYLOAD, *expected),
                "{json}"
            );
        }
    }

    #[test]
    fn a_place_stands_before_the_path() {
        let within = |json| read::<Args>(json).unwrap_err().within("data").to_string();
        assert_eq!(within(r#"{"title":5}"#), "data.title: expected a string");
        assert_eq!(within("7"), "data: expected an object");
        let fault = read::<Args>("{").unwrap_err().within("data");
        assert_eq!((fault.code(), fault.path.as_str()), (code::INVALID_JSON, ""));
    }
}
