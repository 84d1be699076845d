//! Arguments that a command does not have, as its module describes it.

use rp_host::config::nearest;
use serde_json::value::RawValue;

use super::command::{Described, field, raw};
use super::schema::Schema;
use crate::json::{elements, fields};
use crate::terminal::escaped;

/// How deep arguments are followed.
const DEPTH: usize = 8;
/// How many are named.
const MOST: usize = 10;

/// The arguments in the payload of a command, if there are any.
pub fn arguments(payload: &str) -> Option<&RawValue> {
    raw(payload).and_then(|payload| field(payload, "args")).filter(|args| !fields(args).is_empty())
}

/// A sentence for each argument that the description lacks, where it lists them all.
pub fn sentences(command: &Described<'_>, arguments: &RawValue) -> Vec<String> {
    let mut search = Search { command: &command.name, found: Vec::new() };
    if let Some(schema) = command.args {
        search.object("", arguments, schema, DEPTH);
    }
    search.found
}

struct Search<'a> {
    command: &'a str,
    found: Vec<String>,
}

impl Search<'_> {
    /// Looks at an object. `path` is what comes before the names of its members.
    fn object(&mut self, path: &str, value: &RawValue, schema: Schema<'_>, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else { return };
        let (known, properties) = (schema.property_names(), schema.properties());
        for (name, inner) in fields(value) {
            let here = format!("{path}{name}");
            match (properties.iter().find(|property| property.name == name), &known) {
                (Some(property), _) => self.value(&here, inner, property.schema, depth),
                (None, Some(known)) => self.add(&here, path, &name, known),
                (None, None) => {}
            }
        }
    }

    /// Looks into an object, or into the objects of an array.
    fn value(&mut self, path: &str, value: &RawValue, schema: Schema<'_>, depth: usize) {
        match schema.nested() {
            Some((".", inner)) => self.object(&format!("{path}."), value, inner, depth),
            Some((_, inner)) => {
                let elements = elements(value);
                elements.iter().for_each(|one| self.object(&format!("{path}[]."), one, inner, depth));
            }
            None => {}
        }
    }

    /// Adds a sentence, once for all elements of an array.
    fn add(&mut self, here: &str, path: &str, name: &str, known: &[String]) {
        let rest = match nearest(name, known.iter().map(String::as_str)) {
            Some(meant) => format!("did you mean {}?", escaped(&format!("{path}{meant}"))),
            None if known.is_empty() => "it has none".to_owned(),
            None => format!("there are {}", escaped(&known.join(", "))),
        };
        let sentence = format!("{} has no argument {}; {rest}", escaped(self.command), escaped(here));
        if self.found.len() < MOST && !self.found.contains(&sentence) {
            self.found.push(sentence);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::command::commands;
    use super::*;

    /// What is said about the arguments `digts` and `x` by a schema.
    fn said(schema: &str) -> Vec<String> {
        let response = format!(r#"{{"data":{{"commands":[{{"name":"convert","args":{schema}}}]}}}}"#);
        sentences(&commands(&response)[0], arguments(r#"{"args":{"digts":1,"x":2}}"#).unwrap())
    }

    #[test]
    fn arguments_that_are_not_described() {
        let mean = "convert has no argument digts; did you mean digits?";
        for properties in [
            r#""properties":{"digits":{},"x":{}}"#,
            r#""properties":{"digits":{},"x":{}},"additionalProperties":false"#,
            r##""$ref":"#/$defs/a","$defs":{"a":{"properties":{"x":{},"digits":{}}}}"##,
            r#""allOf":[{"properties":{"digits":{}}},{"properties":{"x":{}}}]"#,
        ] {
            assert_eq!(said(&format!(r#"{{"type":"object",{properties}}}"#)), [mean], "{properties}");
        }
        assert_eq!(
            said(r#"{"properties":{"value":{},"digts":{}}}"#),
            ["convert has no argument x; there are value, digts"]
        );
        assert_eq!(said(r#"{"properties":{}}"#)[1], "convert has no argument x; it has none");
    }

    #[test]
    fn nothing_is_said_where_the_schema_is_open() {
        for schema in [
            "true",
            "{}",
            r#"{"type":"object"}"#,
            r#"{"properties":{"a":{}},"additionalProperties":{"type":"string"}}"#,
            r#"{"properties":{"a":{}},"additionalProperties":true}"#,
            r#"{"properties":{"a":{}},"patternProperties":{"^d":{}}}"#,
            r#"{"properties":{"a":{}},"anyOf":[{"properties":{"digts":{}}},{"type":"object"}]}"#,
            r#"{"properties":{"a":{}},"allOf":[{"additionalProperties":true}]}"#,
        ] {
            assert!(said(schema).is_empty(), "{schema}");
        }
        for payload in ["[]", r#"{"args":[1]}"#, r#"{"args":{}}"#] {
            assert!(arguments(payload).is_none(), "{payload}");
        }
    }

    #[test]
    fn arguments_within_arguments() {
        let response = r#"{"data":{"commands":[{"name":"add","args":{"properties":{
            "station":{"anyOf":[{"properties":{"name":{}}},{"type":"null"}]},
            "readings":{"type":"array","items":{"properties":{"celsius":{},"any":{}}}}}}}]}}"#;
        let payload =
            r#"{"args":{"station":{"nmae":1},"readings":[{"celcius":1},{"celcius":2},{"any":{"x":1}},7]}}"#;
        assert_eq!(
            sentences(&commands(response)[0], arguments(payload).unwrap()),
            [
                "add has no argument station.nmae; did you mean station.name?",
                "add has no argument readings[].celcius; did you mean readings[].celsius?"
            ]
        );
    }
}
