//! The parts of a description around its schemas.

use serde_json::{Map, Value};

use crate::fault::Error;

/// The refusal of a text that is no description.
pub fn refused(text: &str) -> Error {
    Error::NoDescription { text: text.to_owned() }
}

/// The whole description.
pub fn whole(description: &str) -> Result<Map<String, Value>, Error> {
    let whole: Value = serde_json::from_str(description).map_err(|error| refused(&error.to_string()))?;
    let Value::Object(whole) = whole else { return Err(refused("expected an object")) };
    if whole.contains_key("status") {
        return Err(refused("it is a response; `rp describe FILE` writes a description"));
    }
    Ok(whole)
}

/// The module's name: what a manifest may have there, since it is written into code as it is.
pub fn checked_name(whole: &Map<String, Value>) -> Result<String, Error> {
    let name = whole.get("name").and_then(Value::as_str).unwrap_or_default();
    let is_letter = |letter: char| matches!(letter, 'a'..='z' | '0'..='9' | '-');
    match name.is_empty() || !name.chars().all(is_letter) {
        true => Err(refused("name: expected a string of a-z, 0-9 and -")),
        false => Ok(name.to_owned()),
    }
}

/// The text under a key; empty where there is none.
pub fn text(whole: &Map<String, Value>, key: &str) -> String {
    whole.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// An object at a place.
pub fn object<'a>(value: &'a Value, place: &str) -> Result<&'a Map<String, Value>, Error> {
    value.as_object().ok_or_else(|| refused(&format!("{place}: expected an object")))
}

/// A member that is an object, with its name.
pub type Named<'a> = (&'a String, &'a Map<String, Value>);

/// The members of the object under a key, each itself an object.
pub fn named<'a>(whole: &'a Map<String, Value>, key: &str) -> Result<Vec<Named<'a>>, Error> {
    let Some(all) = whole.get(key) else { return Ok(Vec::new()) };
    let members = object(all, key)?.iter();
    members.map(|(name, value)| Ok((name, object(value, &format!("{key}.{name}"))?))).collect()
}
