//! Reads one JSON object without rebuilding it: which values it has, as the bytes that arrived.
use std::borrow::Cow;
use std::fmt;

use serde_core::Deserializer;
use serde_core::de::{Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::members::Text;
use crate::{code, raw, scan};

/// Why a payload is refused. `Display` is the text of the error response, [`code`](Self::code) its code.
#[derive(Debug)]
#[non_exhaustive]
pub enum PayloadFault {
    /// The text is not one JSON value.
    NotJson(serde_json::Error),
    /// The text is valid JSON, but no object.
    NotObject,
    /// A value is missing or of the wrong type.
    Field {
        /// Where the value stands.
        field: &'static str,
        /// What belongs there, with its article.
        expected: &'static str,
    },
    /// A key that must be unambiguous is there twice.
    Duplicate(&'static str),
}

impl PayloadFault {
    /// The standard code of this fault.
    pub fn code(&self) -> &'static str {
        match self {
            PayloadFault::NotJson(_) => code::INVALID_JSON,
            _ => code::INVALID_PAYLOAD,
        }
    }
}

impl fmt::Display for PayloadFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PayloadFault::NotJson(_) => out.write_str("the payload is not valid JSON"),
            PayloadFault::NotObject => out.write_str("the payload is not an object"),
            PayloadFault::Field { field, expected } => write!(out, "{field}: expected {expected}"),
            PayloadFault::Duplicate(key) => write!(out, "{key}: given more than once"),
        }
    }
}

impl std::error::Error for PayloadFault {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            PayloadFault::NotJson(error) => Some(error),
            _ => None,
        }
    }
}

/// Checks that `text` is exactly one JSON object, with nothing but whitespace around it.
///
/// Builds no value: memory is taken only for the nesting of the text, one byte a level from the third on, and for
/// keys of the object itself that hold escapes.
///
/// ```
/// assert!(rp_protocol::is_object(r#" {"a": [1, 2]} "#).is_ok());
/// assert!(rp_protocol::is_object("[]").is_err() && rp_protocol::is_object("{,}").is_err());
/// ```
pub fn is_object(text: &str) -> Result<(), PayloadFault> {
    fields(text, &[]).map(|[]| ())
}

/// The values of the keys in `names`, in that order; other keys are ignored.
///
/// The whole text is checked to be one JSON object.
pub(crate) fn fields<'a, const N: usize>(
    text: &'a str,
    names: &[&'static str; N],
) -> Result<[Option<&'a RawValue>; N], PayloadFault> {
    match scan::fields(text, names).and_then(raw_values) {
        Some(found) => Ok(found),
        None => {
            let mut found = [None; N];
            fields_by_serde(text, names, &mut found)?;
            Ok(found)
        }
    }
}

/// Takes values over that were checked already.
fn raw_values<const N: usize>(texts: [Option<&str>; N]) -> Option<[Option<&RawValue>; N]> {
    let mut values = [None; N];
    for (value, text) in values.iter_mut().zip(texts) {
        if let Some(text) = text {
            *value = Some(raw::checked(text)?);
        }
    }
    Some(values)
}

/// The same by serde_json alone: slower, and knows what is wrong.
#[cold]
fn fields_by_serde<'a>(
    text: &'a str,
    names: &[&'static str],
    found: &mut [Option<&'a RawValue>],
) -> Result<(), PayloadFault> {
    if !text.trim_start_matches([' ', '\t', '\n', '\r']).starts_with('{') {
        return Err(not_an_object(text));
    }
    let mut duplicate = None;
    let mut json = serde_json::Deserializer::from_str(text);
    let read = json.deserialize_map(Fields { names, found, duplicate: &mut duplicate });
    read.and_then(|()| json.end())
        .map_err(|error| duplicate.map_or(PayloadFault::NotJson(error), PayloadFault::Duplicate))
}

#[cold]
fn not_an_object(text: &str) -> PayloadFault {
    match serde_json::from_str::<IgnoredAny>(text) {
        Ok(_) => PayloadFault::NotObject,
        Err(error) => PayloadFault::NotJson(error),
    }
}

/// The value of a JSON string, or None where `raw` is something else or encodes no text (a lone surrogate).
pub(crate) fn string(raw: &RawValue) -> Option<Cow<'_, str>> {
    if !raw.get().starts_with('"') {
        return None;
    }
    serde_json::from_str::<Text<'_>>(raw.get()).ok().map(|text| text.0)
}

struct Fields<'n, 'a> {
    names: &'n [&'static str],
    found: &'n mut [Option<&'a RawValue>],
    duplicate: &'n mut Option<&'static str>,
}

impl<'a> Visitor<'a> for Fields<'_, 'a> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Text(key)) = map.next_key()? {
            match self.names.iter().position(|name| *name == key) {
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
                Some(at) if self.found[at].is_none() => self.found[at] = Some(map.next_value()?),
                Some(at) => {
                    *self.duplicate = Some(self.names[at]);
                    return Err(A::Error::duplicate_field(self.names[at]));
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payloads() {
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(5000), "]".repeat(5000));
        let cases: &[(&str, Option<&str>)] = &[
            ("{}", None),
            (" \t\r\n{ } \n", None),
            (r#"{"a":1,"a":2}"#, None),
            (r#"{"a":{"b":[1,2.5e3,"\u0000\ud83d\ude00"]},"c":null}"#, None),
            (r#"{"lone":"\ud800"}"#, None),
            (&deep, None),
            ("", Some(code::INVALID_JSON)),
            ("{", Some(code::INVALID_JSON)),
            ("{}x", Some(code::INVALID_JSON)),
            ("{} {}", Some(code::INVALID_JSON)),
            ("[1,", Some(code::INVALID_JSON)),
            ("\u{feff}{}", Some(code::INVALID_JSON)),
            ("\u{a0}{}", Some(code::INVALID_JSON)),
            (r#"{"a":01}"#, Some(code::INVALID_JSON)),
            (r#"{"a":1,}"#, Some(code::INVALID_JSON)),
            (r#"{a:1}"#, Some(code::INVALID_JSON)),
            ("{\"a\":\"\n\"}", Some(code::INVALID_JSON)),
            ("[]", Some(code::INVALID_PAYLOAD)),
            ("null", Some(code::INVALID_PAYLOAD)),
            (" \"{}\"", Some(code::INVALID_PAYLOAD)),
            ("12", Some(code::INVALID_PAYLOAD)),
        ];
        for (text, expected) in cases {
            let found = is_object(text).err().map(|fault| fault.code());
            assert_eq!(found, *expected, "{}", &text[..text.len().min(60)]);
        }
    }

    #[test]
    fn fields_are_the_bytes_that_arrived() {
        let text = r#"{"x":0, "\u0061" : {"k" : 1.0} ,"b":"\n"}"#;
        let [a, b, c] = fields(text, &["a", "b", "c"]).unwrap();
        assert_eq!(a.unwrap().get(), r#"{"k" : 1.0}"#);
        assert_eq!(string(b.unwrap()).unwrap(), "\n");
        assert!(c.is_none());
    }

    #[test]
    fn a_known_key_twice_is_refused() {
        let fault = fields(r#"{"a":1,"a":1}"#, &["a"]).unwrap_err();
        assert_eq!(fault.to_string(), "a: given more than once");
    }

    #[test]
    fn only_strings_are_strings() {
        for text in ["1", "null", "[]", r#""\ud800""#] {
            let raw: &RawValue = serde_json::from_str(text).unwrap();
            assert_eq!(string(raw), None, "{text}");
        }
    }
}
