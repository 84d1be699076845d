//! Whether one JSON value contains another: objects may have more keys; arrays have the same length; scalars are equal.

use serde_json::value::RawValue;

use crate::json::{Shape, shape};

/// A value past this many characters is cut in the account for people.
const SHOWN_CHARS: usize = 200;

/// One place where the response is not as expected.
#[derive(Debug, PartialEq, Eq, serde::Serialize)]
pub struct Mismatch {
    /// Keys and positions, none for the whole; for programs with dots between.
    #[serde(serialize_with = "dotted")]
    pub path: Vec<String>,
    /// What was expected, as JSON or in words.
    pub expected: String,
    /// What was there instead, as JSON or in words.
    pub actual: String,
}

impl Mismatch {
    /// What was expected, and what is from now on.
    pub fn change(&self) -> String {
        format!("{}: {} is now {}", self.place(), shortened(&self.expected), shortened(&self.actual))
    }

    fn place(&self) -> String {
        if self.path.is_empty() { "the response".to_owned() } else { self.path.join(".") }
    }
}

impl std::fmt::Display for Mismatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let path = self.place();
        write!(f, "  {path}: expected {}, got {}", shortened(&self.expected), shortened(&self.actual))
    }
}

/// Enough of a value to recognise it.
fn shortened(text: &str) -> std::borrow::Cow<'_, str> {
    match text.char_indices().nth(SHOWN_CHARS) {
        None => text.into(),
        Some((end, _)) => format!("{}… ({} bytes)", &text[..end], text.len()).into(),
    }
}

fn dotted<S: serde::Serializer>(path: &[String], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&path.join("."))
}

/// Every place where `actual` does not contain `expected`, with keys in alphabetical order.
pub fn mismatches(expected: &RawValue, actual: &RawValue) -> Vec<Mismatch> {
    let mut found = Vec::new();
    compare(&[], expected, actual, &mut found);
    found
}

fn compare(path: &[String], expected: &RawValue, actual: &RawValue, found: &mut Vec<Mismatch>) {
    match (shape(expected), shape(actual)) {
        (Shape::Object(wanted), Shape::Object(there)) => {
            for (key, value) in wanted {
                let deeper = join(path, &key);
                match there.get(&key) {
                    Some(inner) => compare(&deeper, value, inner, found),
                    None => found.push(mismatch(&deeper, value.get(), "nothing")),
                }
            }
        }
        (Shape::Array(wanted), Shape::Array(there)) if wanted.len() == there.len() => {
            for (index, (value, inner)) in wanted.into_iter().zip(there).enumerate() {
                compare(&join(path, &index.to_string()), value, inner, found);
            }
        }
        (Shape::Array(wanted), Shape::Array(there)) => found.push(mismatch(
            path,
            &format!("{} elements", wanted.len()),
            &format!("{} elements", there.len()),
        )),
        (Shape::Text(wanted), Shape::Text(there)) if wanted == there => {}
        (Shape::Number(wanted), Shape::Number(there)) if same_number(wanted, there) => {}
        (Shape::Other(wanted), Shape::Other(there)) if wanted == there => {}
        _ => found.push(mismatch(path, expected.get(), actual.get())),
    }
}

/// 1.0 equals 1e0; integers are compared digit by digit, since a double would take neighbours for one.
fn same_number(left: &str, right: &str) -> bool {
    let is_integer = |text: &str| !text.contains(['.', 'e', 'E']);
    if left == right {
        return true;
    }
    if is_integer(left) && is_integer(right) {
        return false;
    }
    match (left.parse::<f64>(), right.parse::<f64>()) {
        (Ok(a), Ok(b)) => a.is_finite() && a == b,
        _ => false,
    }
}

fn join(path: &[String], key: &str) -> Vec<String> {
    [path, &[key.to_owned()]].concat()
}

fn mismatch(path: &[String], expected: &str, actual: &str) -> Mismatch {
    Mismatch { path: path.to_vec(), expected: expected.to_owned(), actual: actual.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(expected: &str, actual: &str) -> Vec<String> {
        let parse = |text: &str| RawValue::from_string(text.to_owned()).expect("valid JSON");
        mismatches(&parse(expected), &parse(actual))
            .into_iter()
            .map(|m| format!("{}: {} / {}", m.path.join("."), m.expected, m.actual))
            .collect()
    }

    #[test]
    fn table() {
        let cases: &[(&str, &str, &[&str])] = &[
            ("{}", r#"{"a":1}"#, &[]),
            (r#"{"a":1}"#, r#"{"b":2,"a":1}"#, &[]),
            (r#"{"a":1}"#, r#"{"a":2}"#, &["a: 1 / 2"]),
            (r#"{"a":{"b":[1]}}"#, r#"{"a":{"b":[2]}}"#, &["a.b.0: 1 / 2"]),
            (r#"{"a":1}"#, "{}", &["a: 1 / nothing"]),
            (r#"{"a":null}"#, "{}", &["a: null / nothing"]),
            (r#"{"a":1,"b":2}"#, r#"{"a":2,"b":1}"#, &["a: 1 / 2", "b: 2 / 1"]),
            ("[]", "[1]", &[": 0 elements / 1 elements"]),
            ("[{}]", r#"[{"x":1}]"#, &[]),
            ("[1]", r#"{"0":1}"#, &[r#": [1] / {"0":1}"#]),
            (r#""ä""#, r#""\u00e4""#, &[]),
            (r#""1""#, "1", &[r#": "1" / 1"#]),
            ("1.0", "1", &[]),
            ("1e2", "100", &[]),
            (
                "18446744073709551617",
                "18446744073709551616",
                &[": 18446744073709551617 / 18446744073709551616"],
            ),
            ("1e999", "2e999", &[": 1e999 / 2e999"]),
            ("true", "false", &[": true / false"]),
            ("null", "null", &[]),
            (r#""\ud800""#, r#""\ud800""#, &[]),
        ];
        for (expected, actual, found) in cases {
            assert_eq!(check(expected, actual), *found, "{expected} in {actual}");
        }
    }
}
