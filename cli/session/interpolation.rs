//! JSON with places for values of earlier responses: `"${name.path}"` becomes the value itself, inside a longer string its
//! text; `$${` is a plain `${`. All other bytes stay as they were written.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use serde_json::value::RawValue;

use crate::json::{Shape, find, shape, strings};

/// Responses by the name under which a line kept them.
pub type Kept = HashMap<String, Box<RawValue>>;

/// One JSON text and the string tokens in it that get replaced.
#[derive(Debug)]
pub struct Template<'a> {
    text: &'a str,
    places: Vec<Place>,
}

#[derive(Debug)]
struct Place {
    span: Range<usize>,
    pieces: Vec<Piece>,
}

#[derive(Debug)]
enum Piece {
    Text(String),
    Value(Reference),
}

/// A value of an earlier response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The name that an earlier line gave with `as`.
    pub name: String,
    /// Keys and positions inside that response.
    pub path: Vec<String>,
}

/// What is wrong with a template, and where in its text.
#[derive(Debug, PartialEq, Eq)]
pub struct TemplateFault {
    /// Bytes of the template's text.
    pub span: Range<usize>,
    /// In words.
    pub text: String,
}

impl<'a> Template<'a> {
    /// Finds the references in a JSON value.
    pub fn parse(raw: &'a RawValue) -> Result<Self, TemplateFault> {
        let text = raw.get();
        let mut places = Vec::new();
        for span in strings(raw) {
            if !is_key(text, &span)
                && let Some(pieces) = pieces_of(text, span.clone())?
            {
                places.push(Place { span, pieces });
            }
        }
        Ok(Self { text, places })
    }

    /// The JSON as it was written.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// `{}`, where nothing was written.
    pub fn empty() -> Self {
        Self { text: "{}", places: Vec::new() }
    }

    /// Where the value at a path is, or the last one on the way to it.
    pub fn value_at(&self, path: &[String]) -> Range<usize> {
        let Ok(whole) = serde_json::from_str::<&RawValue>(self.text) else { return 0..self.text.len() };
        let mut steps = (0..=path.len()).rev();
        let found = steps.find_map(|depth| find(whole, &path[..depth]).ok()).unwrap_or(whole).get();
        // The value is a slice of the text.
        let start = found.as_ptr().addr() - self.text.as_ptr().addr();
        start..start + found.len()
    }

    /// Each reference with the place of the string that holds it.
    pub fn references(&self) -> impl Iterator<Item = (&Reference, Range<usize>)> {
        self.places.iter().flat_map(|place| {
            place.pieces.iter().filter_map(|piece| match piece {
                Piece::Value(reference) => Some((reference, place.span.clone())),
                Piece::Text(_) => None,
            })
        })
    }

    /// The text with every reference replaced; borrowed, byte for byte, where there is none.
    pub fn fill(&self, kept: &Kept) -> Result<Cow<'a, str>, TemplateFault> {
        if self.places.is_empty() {
            return Ok(Cow::Borrowed(self.text));
        }
        let mut out = String::with_capacity(self.text.len());
        let mut done = 0;
        for place in &self.places {
            out.push_str(&self.text[done..place.span.start]);
            let filled = place.fill(kept).map_err(|text| TemplateFault { span: place.span.clone(), text })?;
            out.push_str(&filled);
            done = place.span.end;
        }
        out.push_str(&self.text[done..]);
        Ok(Cow::Owned(out))
    }
}

impl Place {
    fn fill(&self, kept: &Kept) -> Result<String, String> {
        if let [Piece::Value(reference)] = self.pieces.as_slice() {
            return Ok(reference.resolve(kept)?.get().to_owned());
        }
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(literal) => text.push_str(literal),
                Piece::Value(reference) => match shape(reference.resolve(kept)?) {
                    Shape::Text(inner) => text.push_str(&inner),
                    _ => text.push_str(reference.resolve(kept)?.get()),
                },
            }
        }
        serde_json::to_string(&text).map_err(|error| error.to_string())
    }
}

impl Reference {
    fn parse(text: &str) -> Result<Self, String> {
        let mut parts = text.split('.').map(str::to_owned);
        let name = parts.next().unwrap_or_default();
        let path: Vec<String> = parts.collect();
        if !is_name(&name) || path.iter().any(String::is_empty) {
            return Err(format!(
                "`${{{text}}}` is not a reference: write ${{name.key.0}}, or $${{ for the plain text ${{"
            ));
        }
        Ok(Self { name, path })
    }

    fn resolve<'k>(&self, kept: &'k Kept) -> Result<&'k RawValue, String> {
        let response = kept
            .get(&self.name)
            .ok_or_else(|| format!("no earlier step kept a response as `{}`", self.name))?;
        find(response, &self.path).map_err(|key| {
            format!(
                "the response kept as `{}` has no `{key}` at {}: {}",
                self.name,
                self.path.join("."),
                response.get()
            )
        })
    }
}

/// JSON in which every `${` is plain text, so that it stands for itself in a template.
pub fn escaped(json: &RawValue) -> String {
    let text = json.get();
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for span in strings(json) {
        // What no Rust string can hold is not searched for references either.
        let plain = serde_json::from_str::<String>(&text[span.clone()]).unwrap_or_default();
        if !is_key(text, &span) && plain.contains("${") {
            out += &text[done..span.start];
            out += &serde_json::Value::from(plain.replace("${", "$${")).to_string();
            done = span.end;
        }
    }
    out + &text[done..]
}

/// Whether a string token is the key of an object.
fn is_key(text: &str, span: &Range<usize>) -> bool {
    text[span.end..].trim_start().starts_with(':')
}

/// Names under which responses are kept: letters, digits, `_` and `-`.
pub fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

/// The pieces of one string token; None if it contains no reference.
fn pieces_of(text: &str, span: Range<usize>) -> Result<Option<Vec<Piece>>, TemplateFault> {
    let fault = |text: String| TemplateFault { span: span.clone(), text };
    // A string that Rust cannot represent (with a lone surrogate) is not searched for `${` and stays as it is.
    let Ok(string) = serde_json::from_str::<String>(&text[span.clone()]) else { return Ok(None) };
    if !string.contains("${") {
        return Ok(None);
    }
    let mut pieces = Vec::new();
    let mut literal = String::new();
    let mut rest = string.as_str();
    while let Some(next) = rest.chars().next() {
        if let Some(behind) = rest.strip_prefix("$${") {
            literal.push_str("${");
            rest = behind;
        } else if let Some(behind) = rest.strip_prefix("${") {
            let (inside, behind) = behind
                .split_once('}')
                .ok_or_else(|| fault("`${` without `}`; write $${ for the plain text".to_owned()))?;
            if !literal.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut literal)));
            }
            pieces.push(Piece::Value(Reference::parse(inside).map_err(fault)?));
            rest = behind;
        } else {
            literal.push(next);
            rest = &rest[next.len_utf8()..];
        }
    }
    if !literal.is_empty() {
        pieces.push(Piece::Text(literal));
    }
    Ok(Some(pieces))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(text: &str) -> Result<String, String> {
        let response = r#"{"data":{"id":"a\"b","n":0.11111111311111055555,"list":[{"x":null}]}}"#;
        let kept = Kept::from([(
            "made".to_owned(),
            RawValue::from_string(response.to_owned()).expect("valid JSON"),
        )]);
        let raw = serde_json::from_str(text).expect("valid JSON");
        let template = Template::parse(raw).map_err(|fault| fault.text)?;
        template.fill(&kept).map(Cow::into_owned).map_err(|fault| fault.text)
    }

    #[test]
    fn table() {
        let cases: &[(&str, &str)] = &[
            (r#"{ "a" : 1.50,"b":"\u0000😀" }"#, r#"{ "a" : 1.50,"b":"\u0000😀" }"#),
            (r#"{"a":"${made.data.n}"}"#, r#"{"a":0.11111111311111055555}"#),
            (r#"{"a":"${made.data.id}"}"#, r#"{"a":"a\"b"}"#),
            (r#"{"a":"id ${made.data.id}, ${made.data.list.0.x}"}"#, r#"{"a":"id a\"b, null"}"#),
            (r#"{"a":["${made.data.list}", 2]}"#, r#"{"a":[[{"x":null}], 2]}"#),
            (r#"{"a":"$${made}"}"#, r#"{"a":"${made}"}"#),
            (r#"{"a":"$5 {x}"}"#, r#"{"a":"$5 {x}"}"#),
            (r#"{"${made}":"x"}"#, r#"{"${made}":"x"}"#),
            (r#"{"a":"\u0024{made.data.n}"}"#, r#"{"a":0.11111111311111055555}"#),
            (r#"{"a":"\ud800"}"#, r#"{"a":"\ud800"}"#),
        ];
        for (text, expected) in cases {
            assert_eq!(fill(text).as_deref(), Ok(*expected), "{text}");
        }
    }

    #[test]
    fn faults_name_the_reference() {
        let cases: &[(&str, &str)] = &[
            (r#"{"a":"${made"}"#, "without `}`"),
            (r#"{"a":"${}"}"#, "`${}` is not a reference"),
            (r#"{"a":"${made..x}"}"#, "`${made..x}` is not a reference"),
            (r#"{"a":"${other.x}"}"#, "kept a response as `other`"),
            (r#"{"a":"${made.data.gone}"}"#, "has no `gone` at data.gone"),
        ];
        for (text, expected) in cases {
            let fault = fill(text).expect_err(text);
            assert!(fault.contains(expected), "{text}: {fault}");
        }
    }
}
