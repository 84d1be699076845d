//! Keeps secrets out of the trace: values under given JSON pointers are replaced.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde_core::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::options::trace::JsonPointer;

/// What stands in the place of a value that is redacted.
const REDACTED: &str = "\"[redacted]\"";

/// The values that no trace shows.
#[derive(Default)]
pub(crate) struct Redaction(Vec<JsonPointer>);

impl Redaction {
    pub(crate) fn add(&mut self, pointer: JsonPointer) {
        self.0.push(pointer);
    }

    /// Whether everything is shown.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text without the values under the pointers; every other byte stays. Text that is no JSON is replaced as a whole,
    /// since nobody knows what is in it.
    pub(crate) fn apply<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if self.0.is_empty() || text.is_empty() {
            return Cow::Borrowed(text);
        }
        let Ok(raw) = serde_json::from_str::<&RawValue>(text) else { return Cow::Borrowed(REDACTED) };
        let mut found = Vec::new();
        for JsonPointer(keys) in &self.0 {
            find(text, raw, keys, &mut found);
        }
        if found.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(without(text, found)) }
    }
}

/// Puts the places of all values under `keys` into `found`; equal keys of one object are all followed.
fn find(text: &str, raw: &RawValue, keys: &[String], found: &mut Vec<Range<usize>>) {
    let Some((key, deeper)) = keys.split_first() else {
        let start = raw.get().as_ptr() as usize - text.as_ptr() as usize;
        return found.push(start..start + raw.get().len());
    };
    for value in values_under(raw, key) {
        find(text, value, deeper, found);
    }
}

fn without(text: &str, mut places: Vec<Range<usize>>) -> String {
    places.sort_unstable_by_key(|place| (place.start, usize::MAX - place.end));
    let (mut shown, mut end) = (String::with_capacity(text.len()), 0);
    for place in places {
        // One that lies inside the last is gone with it.
        if place.start >= end {
            shown.push_str(&text[end..place.start]);
            shown.push_str(REDACTED);
            end = place.end;
        }
    }
    shown.push_str(&text[end..]);
    shown
}

/// The values of an object or an array under a key or an index.
fn values_under<'a>(raw: &'a RawValue, key: &str) -> Vec<&'a RawValue> {
    let mut reader = serde_json::Deserializer::from_str(raw.get());
    // A number or a text has nothing under a key.
    reader.deserialize_any(Under(key)).unwrap_or_default()
}

struct Under<'k>(&'k str);

impl<'de> Visitor<'de> for Under<'_> {
    type Value = Vec<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or an array")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = Vec::new();
        while let Some((key, value)) = map.next_entry::<Cow<'_, str>, &RawValue>()? {
            if key == self.0 {
                found.push(value);
            }
        }
        Ok(found)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
        let index = self.0.parse::<usize>();
        let (mut found, mut at) = (Vec::new(), 0);
        while let Some(value) = elements.next_element()? {
            if index == Ok(at) {
                found.push(value);
            }
            at += 1;
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_named_goes() {
        let redaction = |pointers: &[&str]| {
            let mut redaction = Redaction::default();
            pointers.iter().for_each(|one| redaction.add(one.parse().expect("a pointer")));
            redaction
        };
        let r = "\"[redacted]\"";
        for (pointers, text, expected) in [
            (&["/a/b"][..], r#"{"a": {"b":1, "c":2}}"#, format!(r#"{{"a": {{"b":{r}, "c":2}}}}"#)),
            (&["/a/1"], r#"{"a":[1,[2,3],4]}"#, format!(r#"{{"a":[1,{r},4]}}"#)),
            (&["/b"], r#"{"b":1,"b":{"b":2}}"#, format!(r#"{{"b":{r},"b":{r}}}"#)),
            (&["/b"], r#"{"\u0062":"x"}"#, format!(r#"{{"\u0062":{r}}}"#)),
            (&["/a~1b", "/c~0d"], r#"{"a/b":1,"c~d":2}"#, format!(r#"{{"a/b":{r},"c~d":{r}}}"#)),
            (&["/a/b", "/a"], r#"{"a":{"b":1}}"#, format!(r#"{{"a":{r}}}"#)),
            (&[""], "[1]", r.to_owned()),
            (&["/a"], "{\"a\":1", r.to_owned()),
            (&["/a"], "", String::new()),
            (&["/a/b"], r#"{"a":"b","c":["a"]}"#, r#"{"a":"b","c":["a"]}"#.to_owned()),
            (&[], "no JSON", "no JSON".to_owned()),
        ] {
            assert_eq!(redaction(pointers).apply(text), expected, "{pointers:?} {text}");
        }
    }
}
