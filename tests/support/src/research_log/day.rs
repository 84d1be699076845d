//! The research day of examples/research/, played without the command: the same in every language, byte for byte.
use std::collections::BTreeMap;

use serde_json::Value;

use super::world::World;

/// Plays the session: one line a message, with what was answered, emitted and logged.
pub fn play(world: &mut World) -> Vec<String> {
    let text = include_str!("../../../../examples/research/session.jsonl");
    let mut kept: BTreeMap<String, Value> = BTreeMap::new();
    let mut transcript = Vec::new();
    for line in text.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let (module, message_type) = (line["module"].as_str().unwrap(), line["type"].as_str().unwrap());
        let payload = filled(&line["payload"], &kept).to_string();
        let outcome = world.ask_of(module, message_type, &payload);
        if let Some(name) = line["as"].as_str() {
            kept.insert(name.to_owned(), serde_json::from_str(&outcome[0]).unwrap());
        }
        transcript.push(format!("{module} {message_type} {payload}\n{}", outcome.join("\n")));
    }
    transcript
}

/// A payload with the values of earlier responses: "${name.path}", alone in a string or within it.
pub fn filled(value: &Value, kept: &BTreeMap<String, Value>) -> Value {
    match value {
        Value::String(text) => text_filled(text, kept).into(),
        Value::Array(items) => items.iter().map(|item| filled(item, kept)).collect(),
        Value::Object(members) => {
            members.iter().map(|(key, value)| (key.clone(), filled(value, kept))).collect()
        }
        other => other.clone(),
    }
}

fn text_filled(text: &str, kept: &BTreeMap<String, Value>) -> String {
    let Some((before, rest)) = text.split_once("${") else { return text.to_owned() };
    let (name, after) = rest.split_once('}').unwrap();
    let (name, path) = name.split_once('.').unwrap();
    let pointer = format!("/{}", path.replace('.', "/"));
    let found = kept[name].pointer(&pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{text}"));
    format!("{before}{found}{}", text_filled(after, kept))
}
