//! What a check sends to a module about which it knows nothing: every type, and the commands that the module describes.

use serde_json::{Map, Value, json};

use crate::instance::Instance;

/// A message.
pub(crate) type Line = (String, String);

/// A command that a module described.
#[derive(Clone, Debug)]
pub(crate) struct Described {
    pub(crate) name: String,
    /// Arguments that fit its schema, as far as they can be guessed.
    pub(crate) args: Value,
}

/// The commands that the module describes; none if it describes nothing that can be read.
pub(crate) fn commands(instance: &Instance) -> Vec<Described> {
    let data = instance.ask("describe", "{}").read().ok().and_then(|said| said.data);
    let list = data.as_ref().and_then(|data| data["commands"].as_array()).cloned().unwrap_or_default();
    let described = |command: &Value| {
        let name = command["name"].as_str()?.to_owned();
        Some(Described { name, args: example(&command["args"], 0) })
    };
    list.iter().filter_map(described).collect()
}

/// The names of the events that the module says it emits; none if it describes nothing that can be read.
pub(crate) fn events(instance: &Instance) -> Vec<String> {
    let data = instance.ask("describe", "{}").read().ok().and_then(|said| said.data);
    let events = data.as_ref().and_then(|data| data["events"].as_object());
    events.into_iter().flat_map(|events| events.keys().cloned()).collect()
}

/// A value that fits a JSON Schema of the simple kind.
fn example(schema: &Value, depth: usize) -> Value {
    if let Some(value) = schema.get("const").or_else(|| schema.get("default")) {
        return value.clone();
    }
    if let Some(value) = schema["enum"].get(0).or_else(|| schema["examples"].get(0)) {
        return value.clone();
    }
    let kind = schema["type"].as_str().or_else(|| schema["type"][0].as_str()).unwrap_or("object");
    match kind {
        "string" => json!("text"),
        "integer" | "number" => schema.get("minimum").cloned().unwrap_or_else(|| json!(1)),
        "boolean" => json!(true),
        "array" => json!([]),
        "null" => Value::Null,
        _ => required_members(schema, depth),
    }
}

fn required_members(schema: &Value, depth: usize) -> Value {
    let mut object = Map::new();
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    for name in required.iter().filter_map(Value::as_str).filter(|_| depth < 8) {
        object.insert(name.to_owned(), example(&schema["properties"][name], depth + 1));
    }
    Value::Object(object)
}

/// A payload of `command`.
pub(crate) fn command(name: &str, args: &Value) -> String {
    json!({"name": name, "args": args}).to_string()
}

/// A name that no module has for anything of its own.
pub(crate) const NOBODYS: &str = "rp_check_nobody_has_this";

/// One message of each kind that the protocol has, for an instance that is ready; `init` and `shutdown` are not among them.
pub(crate) fn every_kind(instance: &Instance) -> Vec<Line> {
    let line = |message_type: &str, payload: String| (message_type.to_owned(), payload);
    let mut lines = vec![
        line("describe", "{}".into()),
        line("command", command(NOBODYS, &json!({}))),
        line("query", json!({"entity": NOBODYS, "limit": 1}).to_string()),
        line("mutation", json!({"entity": NOBODYS, "operation": "delete", "id": "0"}).to_string()),
        line("event", json!({"event": NOBODYS, "data": {}}).to_string()),
        line(NOBODYS, "{}".into()),
    ];
    for described in commands(instance) {
        lines.push(line("command", command(&described.name, &json!({}))));
        if described.args != json!({}) {
            lines.push(line("command", command(&described.name, &described.args)));
        }
    }
    lines
}

/// The whole life of a fresh instance, with a message of each kind.
pub(crate) fn whole_life(instance: Instance, init: &str) {
    if instance.init(init).status == rp_host::abi::RP_OK {
        for (message_type, payload) in every_kind(&instance) {
            instance.ask(&message_type, &payload);
        }
    }
    instance.end();
}
