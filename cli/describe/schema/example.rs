//! A value that a schema allows, for the example of a call.

use serde_json::value::RawValue;

use super::{DEPTH, Schema};
use crate::json::elements;

impl Schema<'_> {
    /// A value that fits, as JSON. A string stands for itself by its `name`.
    pub fn example(self, name: &str) -> String {
        self.example_within(name, DEPTH)
    }

    fn example_within(self, name: &str, depth: usize) -> String {
        let given = self.get("examples").and_then(|examples| elements(examples).into_iter().next());
        if let Some(value) = given.or_else(|| self.get("const")) {
            return value.get().to_owned();
        }
        if let Some(value) = self.get("enum").and_then(|values| elements(values).into_iter().next()) {
            return value.get().to_owned();
        }
        let Some(depth) = depth.checked_sub(1) else { return "null".to_owned() };
        let alternatives = [self.alternatives(), self.schemas("allOf")].concat();
        let is_typed = self.get("type").is_some() || self.get("properties").is_some();
        if let (false, Some(first)) = (is_typed, alternatives.first()) {
            return first.example_within(name, depth);
        }
        let types = self.types(1);
        match types[0].split(' ').next().unwrap_or_default() {
            "object" => self.example_object(depth),
            "array" => self.example_array(name, depth),
            "integer" | "number" => self.get("minimum").map_or("1", RawValue::get).to_owned(),
            "boolean" => "true".to_owned(),
            "null" => "null".to_owned(),
            _ => self.example_string(name),
        }
    }

    /// An object with every property, for those who know which of them to leave out.
    pub fn example_of_all(self) -> Option<String> {
        let count = self.properties().len();
        (count > 0).then(|| self.example_properties(count, DEPTH - 1))
    }

    /// With the required properties, or else with the first one, to show the form.
    fn example_object(self, depth: usize) -> String {
        let required = self.properties().iter().filter(|property| property.is_required).count();
        self.example_properties(required.max(1), depth)
    }

    fn example_properties(self, count: usize, depth: usize) -> String {
        let properties = self.properties();
        let shown = properties.iter().take(count).map(|property| {
            let name = serde_json::Value::from(property.name.as_str());
            format!("{name}:{}", property.schema.example_within(&property.name, depth))
        });
        format!("{{{}}}", shown.collect::<Vec<_>>().join(","))
    }

    fn example_array(self, name: &str, depth: usize) -> String {
        match self.get("items") {
            Some(items) => format!("[{}]", self.inner(items).example_within(name, depth)),
            None => "[]".to_owned(),
        }
    }

    fn example_string(self, name: &str) -> String {
        let text = match self.text("format").as_deref() {
            Some("date-time") => "2026-01-31T12:00:00Z".to_owned(),
            Some("date") => "2026-01-31".to_owned(),
            Some("uuid") => "01890a5d-ac96-774b-bcce-b302099a8057".to_owned(),
            _ => name.to_uppercase(),
        };
        serde_json::Value::from(text).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_fit() {
        for (schema, expected) in [
            (r#"{"type":"object"}"#, "{}"),
            (
                r#"{"properties":{"b":{"type":"integer","minimum":3},"a":{"type":"string"}},"required":["a"]}"#,
                r#"{"a":"A"}"#,
            ),
            (r#"{"properties":{"b":{"type":"integer","minimum":3}}}"#, r#"{"b":3}"#),
            (
                r#"{"type":"object","properties":{"l":{"type":"array","items":{"enum":["x"]}}}}"#,
                r#"{"l":["x"]}"#,
            ),
            (r#"{"type":"string","format":"date"}"#, r#""2026-01-31""#),
            (
                r##"{"properties":{"a":{"$ref":"#"}}}"##,
                r#"{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":null}}}}}}}}"#,
            ),
        ] {
            assert_eq!(
                Schema::new(&RawValue::from_string(schema.to_owned()).expect("valid JSON")).example("n"),
                expected,
                "{schema}"
            );
        }
    }
}
