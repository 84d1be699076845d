//! What a schema says about a value beside its type: the width of a number, limits, defaults.

use serde_json::{Map, Value};

use crate::model::{Type, Width};

/// The width of a whole number: what its format says, or else the widest with its sign.
pub fn width(schema: &Map<String, Value>) -> Width {
    let format = schema.get("format").and_then(Value::as_str).unwrap_or_default();
    let (is_signed, bits) = match format.strip_prefix('u') {
        Some(rest) => (false, rest),
        None => (true, format),
    };
    match bits.strip_prefix("int").and_then(|bits| bits.parse().ok()) {
        Some(bits @ (8 | 16 | 32 | 64)) => Width { bits, is_signed },
        _ => Width { bits: 64, is_signed: !is_positive(schema) },
    }
}

fn is_positive(schema: &Map<String, Value>) -> bool {
    ["minimum", "exclusiveMinimum"]
        .iter()
        .any(|key| schema.get(*key).and_then(Value::as_f64).is_some_and(|least| least >= 0.0))
}

/// The limits in words, such as `At least 1, default 5.`; empty where there are none that the type does not have itself.
pub fn words(schema: &Map<String, Value>, ty: &Type) -> String {
    const LIMITS: [(&str, &str); 10] = [
        ("minimum", "at least"),
        ("exclusiveMinimum", "more than"),
        ("maximum", "at most"),
        ("exclusiveMaximum", "less than"),
        ("multipleOf", "a multiple of"),
        ("minLength", "characters, at least"),
        ("maxLength", "characters, at most"),
        ("minItems", "elements, at least"),
        ("maxItems", "elements, at most"),
        ("default", "default"),
    ];
    let limits = LIMITS.iter().filter_map(|(key, words)| {
        let value = schema.get(*key)?;
        (!is_of_type(key, value, ty)).then(|| format!("{words} {value}"))
    });
    let all = limits.collect::<Vec<_>>().join(", ");
    let mut letters = all.chars();
    match letters.next() {
        Some(first) => format!("{}{}.", first.to_ascii_uppercase(), letters.as_str()),
        None => all,
    }
}

/// Whether the type alone says as much.
fn is_of_type(key: &str, value: &Value, ty: &Type) -> bool {
    let Type::Integer(width) = ty else { return key == "default" && value.is_null() };
    let bits = if width.is_signed { width.bits - 1 } else { width.bits };
    let most = u64::MAX >> (64 - bits);
    match key {
        "minimum" if width.is_signed => value.as_i64() == Some(-i64::try_from(most).unwrap_or(i64::MAX) - 1),
        "minimum" => value.as_u64() == Some(0),
        "maximum" => value.as_u64() == Some(most),
        _ => key == "default" && value.is_null(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn widths_and_limits() {
        for (schema, bits, is_signed, expected) in [
            (json!({"format": "uint64", "minimum": 0}), 64, false, ""),
            (json!({"format": "uint8", "minimum": 0, "maximum": 255}), 8, false, ""),
            (json!({"format": "int16", "minimum": -32768, "maximum": 32767}), 16, true, ""),
            (
                json!({"minimum": 1, "maximum": 500, "default": 5}),
                64,
                false,
                "At least 1, at most 500, default 5.",
            ),
            (json!({"exclusiveMinimum": 0}), 64, false, "More than 0."),
            (json!({"format": "date", "minimum": -1}), 64, true, "At least -1."),
            (json!({"format": "int64", "minimum": i64::MIN, "default": null}), 64, true, ""),
        ] {
            let schema = schema.as_object().expect("an object").clone();
            let found = width(&schema);
            assert_eq!((found.bits, found.is_signed), (bits, is_signed), "{schema:?}");
            assert_eq!(words(&schema, &Type::Integer(found)), expected, "{schema:?}");
        }
    }
}
