//! Commands, as a module describes them.

use serde_json::value::RawValue;

use super::schema::Schema;
use crate::json::{Shape, elements, shape, text_at};

/// One command, as its module describes it.
pub struct Described<'a> {
    pub name: String,
    pub description: String,
    pub args: Option<Schema<'a>>,
    pub returns: Option<Schema<'a>>,
    pub raw: &'a RawValue,
}

/// The commands in a response to `describe`, in the module's order; entries that are not descriptions are skipped.
pub fn commands(response: &str) -> Vec<Described<'_>> {
    let data = raw(response).and_then(|response| field(response, "data"));
    let commands = data.and_then(|data| field(data, "commands"));
    commands.map(elements).unwrap_or_default().into_iter().filter_map(described).collect()
}

fn described(raw: &RawValue) -> Option<Described<'_>> {
    let schema = |key| field(raw, key).map(Schema::new);
    Some(Described {
        name: text_at(raw, "name")?,
        description: text_at(raw, "description").unwrap_or_default(),
        args: schema("args"),
        returns: schema("returns"),
        raw,
    })
}

/// A JSON text, unless it is none.
pub fn raw(text: &str) -> Option<&RawValue> {
    serde_json::from_str(text).ok()
}

/// What an object has under a key.
pub fn field<'a>(raw: &'a RawValue, key: &str) -> Option<&'a RawValue> {
    match shape(raw) {
        Shape::Object(fields) => fields.get(key).copied(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RESPONSE: &str = r#"{"status":"success","data":{"commands":[{"name":"ping"},7,{"description":"x"},{"name":"create_log"}]}}"#;

    #[test]
    fn what_is_no_description_is_passed_over() {
        let names: Vec<String> = commands(RESPONSE).into_iter().map(|command| command.name).collect();
        assert_eq!(names, ["ping", "create_log"]);
        for nothing in ["", "[]", r#"{"data":[]}"#, r#"{"data":{"commands":{"a":1}}}"#] {
            assert!(commands(nothing).is_empty(), "{nothing}");
        }
    }
}
