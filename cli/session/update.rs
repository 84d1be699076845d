//! Rewrites what a step expects, so that it is what came. Keys that it does not name are not added, keys that did not come
//! are removed; the order, the layout, the comments and the references `${…}` stay.

use std::ops::Range;

use serde_json::value::RawValue;

use super::interpolation::{Kept, Template, escaped};
use crate::json::contains::mismatches;
use crate::json::{Shape, elements, fields, shape};

/// A change of a text: these bytes become another text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    pub span: Range<usize>,
    pub text: String,
}

/// What to change in an expectation, so that it is `actual`. What depends on a reference stays.
pub fn edits(expected: &Template<'_>, kept: &Kept, actual: &RawValue) -> Vec<Edit> {
    let json = expected.text();
    let mut update = Update { json, kept, edits: Vec::new() };
    if let Ok(wanted) = serde_json::from_str(json) {
        update.value(wanted, actual);
    }
    update.edits.sort_by_key(|edit| edit.span.start);
    update.edits
}

/// A text with its edits made; `edits` are in order and do not overlap.
pub fn edited(text: &str, edits: &[Edit]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for edit in edits {
        out += &text[done..edit.span.start];
        out += &edit.text;
        done = edit.span.end;
    }
    out + &text[done..]
}

struct Update<'a> {
    json: &'a str,
    kept: &'a Kept,
    edits: Vec<Edit>,
}

impl Update<'_> {
    fn value(&mut self, wanted: &RawValue, actual: &RawValue) {
        match (shape(wanted), shape(actual)) {
            (Shape::Object(_), Shape::Object(_)) => self.object(wanted, actual),
            (Shape::Array(wanted), Shape::Array(there)) if wanted.len() == there.len() => {
                wanted.into_iter().zip(there).for_each(|(wanted, there)| self.value(wanted, there));
            }
            _ if has_reference(wanted) || self.is_met(wanted, actual) => {}
            _ => {
                let span = self.span(wanted);
                self.edit(span, &escaped(actual));
            }
        }
    }

    fn object(&mut self, wanted: &RawValue, actual: &RawValue) {
        let Shape::Object(there) = shape(actual) else { return };
        let wanted: Vec<_> = fields(wanted);
        let stays = |(key, value): &(String, &RawValue)| there.contains_key(key) || has_reference(value);
        let stay: Vec<bool> = wanted.iter().map(stays).collect();
        for (at, (key, value)) in wanted.iter().enumerate() {
            match there.get(key) {
                Some(actual) => self.value(value, actual),
                None if stay[at] => {}
                None => self.remove(value),
            }
            let needs_comma = stay[at] && stay[at + 1..].contains(&true);
            if at + 1 < wanted.len() && !needs_comma {
                self.remove_comma(value);
            }
        }
    }

    /// Removes a value with its key.
    fn remove(&mut self, value: &RawValue) {
        let span = self.span(value);
        let before = self.json[..span.start].trim_end().strip_suffix(':').map_or("", str::trim_end);
        let start = key_start(before);
        self.edit(start..span.end, "");
    }

    /// Removes the comma behind a value, and one space after it.
    fn remove_comma(&mut self, value: &RawValue) {
        let behind = self.span(value).end;
        if let Some(comma) = self.json[behind..].find(',').map(|at| behind + at) {
            let space = usize::from(self.json[comma + 1..].starts_with(' '));
            self.edit(comma..comma + 1 + space, "");
        }
    }

    fn is_met(&self, wanted: &RawValue, actual: &RawValue) -> bool {
        let filled = Template::parse(wanted).and_then(|template| Ok(template.fill(self.kept)?.into_owned()));
        filled.is_ok_and(|text| {
            serde_json::from_str::<&RawValue>(&text).is_ok_and(|wanted| mismatches(wanted, actual).is_empty())
        })
    }

    /// The bytes of a value; it is a slice of the JSON.
    fn span(&self, value: &RawValue) -> Range<usize> {
        let start = value.get().as_ptr().addr() - self.json.as_ptr().addr();
        start..start + value.get().len()
    }

    fn edit(&mut self, span: Range<usize>, text: &str) {
        self.edits.push(Edit { span, text: text.to_owned() });
    }
}

/// Where the string token at the end of valid JSON begins.
fn key_start(json: &str) -> usize {
    let inner = json.strip_suffix('"').unwrap_or(json);
    let quotes = inner.rmatch_indices('"').map(|(at, _)| at);
    let is_escaped = |at: usize| inner[..at].bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1;
    quotes.into_iter().find(|at| !is_escaped(*at)).unwrap_or_default()
}

/// Whether a value depends on an earlier response.
fn has_reference(value: &RawValue) -> bool {
    match shape(value) {
        Shape::Object(_) => fields(value).iter().any(|(_, value)| has_reference(value)),
        Shape::Array(_) => elements(value).into_iter().any(has_reference),
        _ => Template::parse(value).is_ok_and(|template| template.references().next().is_some()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn updated(wanted: &str, actual: &str) -> String {
        let id = RawValue::from_string(r#"{"id":7}"#.to_owned()).expect("JSON");
        let kept = Kept::from([("one".to_owned(), id)]);
        let raw = serde_json::from_str(wanted).expect("JSON");
        let template = Template::parse(raw).expect("a template");
        let actual: &RawValue = serde_json::from_str(actual).expect("JSON");
        edited(wanted, &edits(&template, &kept, actual))
    }

    #[test]
    fn only_what_is_wrong_changes() {
        // What is expected, what came, what is expected from then on.
        let cases = [
            (r#"{ "a" : 1.0,"b":2 }"#, r#"{"a":1,"b":3,"c":4}"#, r#"{ "a" : 1.0,"b":3 }"#),
            (r#"{"a":{"x":[1,{"y":"z"}]}}"#, r#"{"a":{"x":[1,{"y":"w"}]}}"#, r#"{"a":{"x":[1,{"y":"w"}]}}"#),
            (r#"{"a":[1,2]}"#, r#"{"a":[3]}"#, r#"{"a":[3]}"#),
            (r#"{"a":1, "b":2, "c":3}"#, r#"{"a":1}"#, r#"{"a":1}"#),
            (r#"{"a":1,"b":2,"c":3}"#, r#"{"a":1}"#, r#"{"a":1}"#),
            (r#"{"a":1,"b":2,"c":3}"#, r#"{"b":2}"#, r#"{"b":2}"#),
            (r#"{"a":1,"b":2,"c":3}"#, r#"{"c":4}"#, r#"{"c":4}"#),
            (r#"{"a" : 1 , "b":2}"#, "{}", "{ }"),
            (r#"{"\"a\\":1,"b":2}"#, r#"{"b":2}"#, r#"{"b":2}"#),
            (r#"{"a":"${one.id}","b":1}"#, r#"{"a":7,"b":2}"#, r#"{"a":"${one.id}","b":2}"#),
            (r#"{"a":"${one.id}"}"#, r#"{"a":8}"#, r#"{"a":"${one.id}"}"#),
            (r#"{"a":["${one.id}"]}"#, r#"{"a":[]}"#, r#"{"a":["${one.id}"]}"#),
            (r#"{"a":"${one.id}"}"#, "{}", r#"{"a":"${one.id}"}"#),
            (r#"{"a":"x"}"#, r#"{"a":"${x"}"#, r#"{"a":"$${x"}"#),
            (r#"{"a":"$${x"}"#, r#"{"a":"${x"}"#, r#"{"a":"$${x"}"#),
            (r#"{"a":1}"#, r#"{"a":0.11111111311111055555}"#, r#"{"a":0.11111111311111055555}"#),
        ];
        for (wanted, actual, expected) in cases {
            assert_eq!(updated(wanted, actual), expected, "{wanted} {actual}");
        }
    }
}
