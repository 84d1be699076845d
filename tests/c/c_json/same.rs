//! Whether two JSON texts say the same; fuzz/src/bin/c_json.rs compiles this file too.

use std::collections::HashMap;

use serde_json::value::RawValue;

enum Shape<'a> {
    Object(HashMap<String, &'a RawValue>),
    Array(Vec<&'a RawValue>),
    Text(String),
    /// A number, or a word.
    Token(&'a str),
}

/// Whether two values are equal: numbers as integers or, where one has a fraction or an exponent, as the doubles that they
/// are nearest to, bit by bit as std reads them; of equal keys the last one counts. What no Rust string can hold is equal
/// to nothing.
pub fn is_same(left: &RawValue, right: &RawValue) -> bool {
    match (shape(left), shape(right)) {
        (Some(Shape::Object(left)), Some(Shape::Object(right))) => {
            left.len() == right.len()
                && left.iter().all(|(key, left)| right.get(key).is_some_and(|right| is_same(left, right)))
        }
        (Some(Shape::Array(left)), Some(Shape::Array(right))) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| is_same(left, right))
        }
        (Some(Shape::Text(left)), Some(Shape::Text(right))) => left == right,
        (Some(Shape::Token(left)), Some(Shape::Token(right))) => left == right || is_same_number(left, right),
        _ => false,
    }
}

fn shape(raw: &RawValue) -> Option<Shape<'_>> {
    let text = raw.get();
    match text.as_bytes()[0] {
        b'{' => serde_json::from_str(text).ok().map(Shape::Object),
        b'[' => serde_json::from_str(text).ok().map(Shape::Array),
        b'"' => serde_json::from_str(text).ok().map(Shape::Text),
        _ => Some(Shape::Token(text)),
    }
}

fn is_same_number(left: &str, right: &str) -> bool {
    match (left.parse::<i128>(), right.parse::<i128>()) {
        (Ok(left), Ok(right)) => left == right,
        _ => left.parse::<f64>().is_ok_and(|left| right.parse() == Ok(left)),
    }
}
