//! What a JSON Schema says that its readers want to know: types, choices, limits, properties, an example. Other keywords are
//! ignored; the module checks its arguments itself.

mod example;

use serde_json::value::RawValue;

use crate::json;
use crate::json::{Shape, elements, fields, shape};

/// How deep references and nested values are followed: a schema may refer to itself.
const DEPTH: usize = 8;

/// A schema inside the whole that its references point into.
#[derive(Clone, Copy)]
pub struct Schema<'a> {
    raw: &'a RawValue,
    root: &'a RawValue,
}

/// One property of an object.
pub struct Property<'a> {
    pub name: String,
    pub schema: Schema<'a>,
    pub is_required: bool,
}

/// One of the values that are allowed.
pub struct Choice {
    /// As JSON.
    pub value: String,
    pub description: Option<String>,
}

impl<'a> Schema<'a> {
    /// A whole schema.
    pub fn new(raw: &'a RawValue) -> Self {
        Self { raw, root: raw }
    }

    fn inner(self, raw: &'a RawValue) -> Self {
        Self { raw, ..self }
    }

    /// A keyword beside a reference, or else one of what it refers to.
    fn get(self, key: &str) -> Option<&'a RawValue> {
        let mut at = self.raw;
        for _ in 0..DEPTH {
            let Shape::Object(keywords) = shape(at) else { return None };
            if let Some(value) = keywords.get(key) {
                return Some(value);
            }
            let Shape::Text(reference) = shape(keywords.get("$ref")?) else { return None };
            let path = reference.strip_prefix('#')?.split('/').skip(1);
            let path: Vec<String> = path.map(str::to_owned).collect();
            at = json::find(self.root, &path).ok()?;
        }
        None
    }

    fn text(self, key: &str) -> Option<String> {
        match shape(self.get(key)?) {
            Shape::Text(text) => Some(text),
            _ => None,
        }
    }

    fn schemas(self, key: &str) -> Vec<Schema<'a>> {
        let list = self.get(key).map(elements).unwrap_or_default();
        list.into_iter().map(|raw| self.inner(raw)).collect()
    }

    /// The schemas of which one has to fit.
    fn alternatives(self) -> Vec<Schema<'a>> {
        [self.schemas("anyOf"), self.schemas("oneOf")].concat()
    }

    /// What the author wrote about it.
    pub fn description(self) -> Option<String> {
        self.text("description").map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// The default, as JSON.
    pub fn default(self) -> Option<&'a str> {
        self.get("default").map(RawValue::get)
    }

    /// The type in words, such as `array of string or null`.
    pub fn type_words(self) -> String {
        self.types(DEPTH).join(" or ")
    }

    fn types(self, depth: usize) -> Vec<String> {
        if depth == 0 {
            return vec!["any".to_owned()];
        }
        let mut types: Vec<String> = match self.get("type").map(shape) {
            Some(Shape::Text(name)) => vec![self.named_type(&name, depth)],
            Some(Shape::Array(names)) => names
                .iter()
                .filter_map(|name| match shape(name) {
                    Shape::Text(name) => Some(self.named_type(&name, depth)),
                    _ => None,
                })
                .collect(),
            _ if self.get("properties").is_some() => vec!["object".to_owned()],
            _ => self.types_of_values(depth),
        };
        let mut seen = Vec::new();
        types.retain(|name| {
            !seen.contains(name) && {
                seen.push(name.clone());
                true
            }
        });
        if types.is_empty() { vec!["any".to_owned()] } else { types }
    }

    fn named_type(self, name: &str, depth: usize) -> String {
        match (name, self.get("items")) {
            ("array", Some(items)) => format!("array of {}", self.inner(items).types(depth - 1).join(" or ")),
            _ => name.to_owned(),
        }
    }

    /// The types of the values or the alternatives, for a schema without a type.
    fn types_of_values(self, depth: usize) -> Vec<String> {
        let values = self.get("const").into_iter().chain(self.get("enum").map(elements).unwrap_or_default());
        let values = values.map(|value| type_of(value).to_owned());
        let alternatives = [self.alternatives(), self.schemas("allOf")].concat();
        values.chain(alternatives.into_iter().flat_map(|one| one.types(depth - 1))).collect()
    }

    /// The allowed values, if the schema lists them; for an array, those of its elements.
    pub fn choices(self) -> Vec<Choice> {
        self.choices_within(DEPTH).unwrap_or_default()
    }

    fn choices_within(self, depth: usize) -> Option<Vec<Choice>> {
        let depth = depth.checked_sub(1)?;
        let choice = |value: &RawValue, description| Choice { value: value.get().to_owned(), description };
        if let Some(value) = self.get("const") {
            return Some(vec![choice(value, self.description())]);
        }
        if let Some(values) = self.get("enum") {
            let values = elements(values).into_iter().filter(|value| value.get() != "null");
            return Some(values.map(|value| choice(value, None)).collect());
        }
        if let Some(items) = self.get("items") {
            return self.inner(items).choices_within(depth);
        }
        let mut alternatives = self.alternatives();
        alternatives.retain(|one| one.types(depth) != ["null"]);
        if alternatives.is_empty() {
            return None;
        }
        let lists: Option<Vec<_>> = alternatives.iter().map(|one| one.choices_within(depth)).collect();
        Some(lists?.into_iter().flatten().collect())
    }

    /// Other constraints on a value, in words.
    pub fn limits(self) -> Vec<String> {
        const LIMITS: [(&str, &str); 11] = [
            ("minimum", "at least"),
            ("exclusiveMinimum", "more than"),
            ("maximum", "at most"),
            ("exclusiveMaximum", "less than"),
            ("multipleOf", "a multiple of"),
            ("minLength", "characters, at least"),
            ("maxLength", "characters, at most"),
            ("minItems", "elements, at least"),
            ("maxItems", "elements, at most"),
            ("pattern", "like"),
            ("format", "format"),
        ];
        // The width of a number in the language of the module does not matter to the reader.
        let is_number = self.types(1).iter().any(|name| name == "integer" || name == "number");
        let limit = |(key, words): &(&str, &str)| {
            let is_shown = !(is_number && *key == "format");
            is_shown.then(|| self.get(key).map(|value| format!("{words} {}", value.get())))?
        };
        LIMITS.iter().filter_map(limit).collect()
    }

    /// The properties of an object, required ones first, otherwise in the author's order.
    pub fn properties(self) -> Vec<Property<'a>> {
        let mut found = self.properties_within(DEPTH);
        found.sort_by_key(|property| !property.is_required);
        found
    }

    fn properties_within(self, depth: usize) -> Vec<Property<'a>> {
        let Some(depth) = depth.checked_sub(1) else { return Vec::new() };
        let required: Vec<String> = self
            .get("required")
            .map(elements)
            .unwrap_or_default()
            .into_iter()
            .filter_map(|name| match shape(name) {
                Shape::Text(name) => Some(name),
                _ => None,
            })
            .collect();
        let own = self.get("properties").map(fields).unwrap_or_default();
        let own = own.into_iter().map(|(name, raw)| {
            let is_required = required.contains(&name);
            Property { name, schema: self.inner(raw), is_required }
        });
        own.chain(self.schemas("allOf").into_iter().flat_map(|part| part.properties_within(depth))).collect()
    }

    /// The names of all properties that an object is meant to have; none where others are welcome, or nothing is said.
    pub fn property_names(self) -> Option<Vec<String>> {
        let is_listed = self.get("properties").is_some() || !self.schemas("allOf").is_empty();
        let is_meant = is_listed && self.alternatives().is_empty() && !self.is_open_within(DEPTH);
        is_meant.then(|| self.properties().into_iter().map(|property| property.name).collect())
    }

    /// Whether it says that an object may have properties that it does not list.
    fn is_open_within(self, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return true };
        let has_others = self.get("additionalProperties").is_some_and(|value| value.get() != "false");
        has_others
            || self.get("patternProperties").is_some()
            || self.schemas("allOf").into_iter().any(|part| part.is_open_within(depth))
    }

    /// What is shown below a value: its own properties, or those of its elements or of its only alternative.
    pub fn nested(self) -> Option<(&'static str, Schema<'a>)> {
        self.nested_within(DEPTH)
    }

    fn nested_within(self, depth: usize) -> Option<(&'static str, Schema<'a>)> {
        let depth = depth.checked_sub(1)?;
        if !self.properties().is_empty() {
            return Some((".", self));
        }
        if let Some(items) = self.get("items").map(|items| self.inner(items)) {
            return (!items.properties().is_empty()).then_some(("[].", items));
        }
        let mut alternatives = self.alternatives();
        alternatives.retain(|one| one.type_words() != "null");
        match alternatives[..] {
            [one] => one.nested_within(depth),
            _ => None,
        }
    }

    /// Whether an object may have no other properties.
    pub fn is_closed(self) -> bool {
        self.get("additionalProperties").is_some_and(|value| value.get() == "false")
    }
}

fn type_of(value: &RawValue) -> &'static str {
    match shape(value) {
        Shape::Object(_) => "object",
        Shape::Array(_) => "array",
        Shape::Text(_) => "string",
        Shape::Number(_) => "number",
        Shape::Other("true" | "false") => "boolean",
        Shape::Other(_) => "null",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(text: &str) -> Box<RawValue> {
        RawValue::from_string(text.to_owned()).expect("valid JSON")
    }

    #[test]
    fn types_in_words() {
        for (schema, expected) in [
            ("true", "any"),
            ("{}", "any"),
            (r#"{"type":5}"#, "any"),
            (r#"{"type":["string","null"]}"#, "string or null"),
            (r#"{"type":"array","items":{"type":"array","items":true}}"#, "array of array of any"),
            (r##"{"$ref":"#/$defs/k","$defs":{"k":{"enum":["a","b",1]}}}"##, "string or number"),
            (r##"{"$ref":"#"}"##, "any"),
            (
                r##"{"anyOf":[{"$ref":"#/$defs/a"},{"type":"null"}],"$defs":{"a":{"type":"object"}}}"##,
                "object or null",
            ),
            (
                r##"{"items":{"$ref":"#/x"},"x":{"type":"array","items":{"$ref":"#/x"}},"type":"array"}"##,
                "array of array of array of array of array of array of array of array of any",
            ),
        ] {
            assert_eq!(Schema::new(&raw(schema)).type_words(), expected, "{schema}");
        }
    }

    #[test]
    fn choices_from_every_form() {
        for (schema, expected) in [
            (r#"{"type":"string"}"#, &[][..]),
            (r#"{"enum":["a",null]}"#, &[r#""a""#]),
            (r#"{"oneOf":[{"const":"a"},{"enum":["b","c"]}]}"#, &[r#""a""#, r#""b""#, r#""c""#]),
            (r#"{"anyOf":[{"enum":[1]},{"type":"null"}]}"#, &["1"]),
            (r#"{"anyOf":[{"enum":[1]},{"type":"string"}]}"#, &[]),
            (r#"{"type":"array","items":{"const":"x"}}"#, &[r#""x""#]),
        ] {
            let schema = raw(schema);
            let found: Vec<String> =
                Schema::new(&schema).choices().into_iter().map(|one| one.value).collect();
            assert_eq!(found, expected, "{schema}");
        }
    }

    #[test]
    fn what_refers_to_itself_comes_to_an_end() {
        for schema in [
            r##"{"$ref":"#"}"##,
            r##"{"anyOf":[{"$ref":"#"}]}"##,
            r##"{"allOf":[{"$ref":"#"}]}"##,
            r##"{"items":{"$ref":"#"}}"##,
        ] {
            let whole = raw(schema);
            let whole = Schema::new(&whole);
            let told = (
                whole.type_words(),
                whole.choices().len(),
                whole.properties().len(),
                whole.nested().is_some(),
            );
            assert_eq!(told, ("any".to_owned(), 0, 0, false), "{schema}");
            assert!(serde_json::from_str::<serde_json::Value>(&whole.example("n")).is_ok(), "{schema}");
        }
    }
}
