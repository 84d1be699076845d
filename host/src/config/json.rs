//! A TOML table as the JSON object that `init` carries.

use serde_json::{Map, Number, Value};

/// Converts a table; where it holds what JSON does not have, answers the key's path and what it is.
pub fn object(table: &toml::Table) -> Result<Value, (String, &'static str)> {
    let mut map = Map::new();
    for (key, value) in table {
        let value = json(value).map_err(|(path, what)| {
            let dot = if path.is_empty() || path.starts_with('[') { "" } else { "." };
            (format!("{key}{dot}{path}"), what)
        })?;
        map.insert(key.clone(), value);
    }
    Ok(Value::Object(map))
}

fn json(value: &toml::Value) -> Result<Value, (String, &'static str)> {
    let here = |what| (String::new(), what);
    Ok(match value {
        toml::Value::String(text) => Value::String(text.clone()),
        toml::Value::Integer(number) => Value::from(*number),
        toml::Value::Float(number) => {
            Value::Number(Number::from_f64(*number).ok_or_else(|| here("not a finite number"))?)
        }
        toml::Value::Boolean(yes) => Value::Bool(*yes),
        toml::Value::Datetime(_) => return Err(here("a date")),
        toml::Value::Table(table) => object(table)?,
        toml::Value::Array(values) => {
            let numbered = values.iter().enumerate();
            let converted = numbered.map(|(at, value)| {
                json(value).map_err(|(path, what)| {
                    let dot = if path.is_empty() || path.starts_with('[') { "" } else { "." };
                    (format!("[{at}]{dot}{path}"), what)
                })
            });
            Value::Array(converted.collect::<Result<_, _>>()?)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn convert(text: &str) -> Result<String, String> {
        let table: toml::Table = toml::from_str(text).expect("TOML");
        object(&table).map(|value| value.to_string()).map_err(|(path, what)| format!("{path}: {what}"))
    }

    #[test]
    fn table() {
        let cases: &[(&str, Result<&str, &str>)] = &[
            ("", Ok("{}")),
            ("a = 1\nb = 1.5\nc = true\nd = \"x\"", Ok(r#"{"a":1,"b":1.5,"c":true,"d":"x"}"#)),
            (
                "a = [1, [\"x\"], {}]\nb.c.d = -9223372036854775808",
                Ok(r#"{"a":[1,["x"],{}],"b":{"c":{"d":-9223372036854775808}}}"#),
            ),
            ("a.b = 2024-01-31", Err("a.b: a date")),
            ("a = [0, { b = 12:00:00 }]", Err("a[1].b: a date")),
            ("a = [[nan]]", Err("a[0][0]: not a finite number")),
        ];
        for (text, expected) in cases {
            let expected = expected.map(str::to_owned).map_err(str::to_owned);
            assert_eq!(convert(text), expected, "{text}");
        }
    }
}
