//! Schemas that list values or other schemas: `enum`, `const`, `anyOf`, `oneOf`, `allOf`.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::at::At;
use crate::fault::Error;
use crate::model::Word;

/// What such a schema comes to.
pub enum Variant<'a> {
    Words {
        words: Vec<Word>,
        is_nullable: bool,
    },
    /// Another schema.
    One {
        schema: &'a Value,
        pointer: String,
        is_nullable: bool,
    },
    /// What no type says.
    Other {
        note: String,
        is_nullable: bool,
    },
}

/// What it comes to, if the schema is one of these.
pub fn of<'a>(schema: &'a Map<String, Value>, at: &At<'a>) -> Result<Option<Variant<'a>>, Error> {
    match listed(schema, at)? {
        Some((Some(words), is_nullable)) => return Ok(Some(Variant::Words { words, is_nullable })),
        Some((None, is_nullable)) => return Ok(Some(other("values of several types", is_nullable))),
        None => {}
    }
    for key in ["anyOf", "oneOf"] {
        if let Some(all) = schema.get(key) {
            return alternatives(key, all, at).map(Some);
        }
    }
    match schema.get("allOf") {
        Some(all) => parts(all, schema, at),
        None => Ok(None),
    }
}

fn other(what: &str, is_nullable: bool) -> Variant<'static> {
    Variant::Other { note: format!("{what}; any JSON is taken"), is_nullable }
}

/// The words of a schema that lists its values, and whether null is among them; no words where others than strings are.
type Listed = Option<(Option<Vec<Word>>, bool)>;

fn listed(schema: &Map<String, Value>, at: &At<'_>) -> Result<Listed, Error> {
    let values = match (schema.get("const"), schema.get("enum")) {
        (Some(value), _) => std::slice::from_ref(value),
        (None, Some(Value::Array(values))) => values,
        (None, Some(_)) => return Err(at.fault("enum: expected an array")),
        (None, None) => return Ok(None),
    };
    let about = match values {
        [_] => schema.get("description").and_then(Value::as_str).unwrap_or_default(),
        _ => "",
    };
    let is_nullable = values.iter().any(Value::is_null);
    let word = |value: &Value| Some(Word { value: value.as_str()?.to_owned(), about: about.to_owned() });
    let words: Option<Vec<Word>> = values.iter().filter(|value| !value.is_null()).map(word).collect();
    // A number out of a list of numbers is a number: the schema's type says so.
    let words = words.filter(|words| !words.is_empty()).map(distinct);
    let is_list = words.is_some() || !schema.contains_key("type");
    Ok(is_list.then_some((words, is_nullable)))
}

fn distinct(mut words: Vec<Word>) -> Vec<Word> {
    let mut seen = BTreeSet::new();
    words.retain(|word| seen.insert(word.value.clone()));
    words
}

/// Null and one other schema, words, or else anything.
fn alternatives<'a>(key: &str, all: &'a Value, at: &At<'_>) -> Result<Variant<'a>, Error> {
    let Value::Array(all) = all else { return Err(at.fault(format!("{key}: expected an array"))) };
    let others: Vec<(usize, &Value)> = all.iter().enumerate().filter(|(_, one)| !is_null(one)).collect();
    let is_nullable = others.len() < all.len();
    if let [(place, schema)] = others[..] {
        return Ok(Variant::One { schema, pointer: format!("/{key}/{place}"), is_nullable });
    }
    let mut words = Vec::new();
    for (_, one) in &others {
        match one.as_object().map(|one| listed(one, at)).transpose()?.flatten() {
            Some((Some(found), false)) => words.extend(found),
            _ => return Ok(other(&format!("{key} of several types"), is_nullable)),
        }
    }
    match words.is_empty() {
        true => Ok(other("only null fits", is_nullable)),
        false => Ok(Variant::Words { words: distinct(words), is_nullable }),
    }
}

fn is_null(schema: &Value) -> bool {
    schema.get("type") == Some(&Value::from("null")) || schema.get("const") == Some(&Value::Null)
}

/// One part is what is meant; several are more than a type can say.
fn parts<'a>(all: &'a Value, schema: &Map<String, Value>, at: &At<'_>) -> Result<Option<Variant<'a>>, Error> {
    let Value::Array(all) = all else { return Err(at.fault("allOf: expected an array")) };
    match &all[..] {
        [one] if !schema.contains_key("properties") => {
            Ok(Some(Variant::One { schema: one, pointer: "/allOf/0".to_owned(), is_nullable: false }))
        }
        [] => Ok(None),
        _ => Ok(Some(other("allOf of several parts", false))),
    }
}
