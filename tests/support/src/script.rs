//! Modules that run the steps that a test gives them; see tests/hostile/script.c.

use std::path::PathBuf;

use rp_host::{Error, Grants, Host, Instance, LoadOptions, Message, Reply};
use serde_json::{Value, json};

use super::Source;

/// The library of a script module of that name.
pub fn script(name: &str) -> PathBuf {
    source(name).library()
}

/// The same with RP_CONCURRENT.
pub fn concurrent_script(name: &str) -> PathBuf {
    source(name).define("FLAGS=RP_CONCURRENT").library()
}

pub fn source(name: &str) -> Source {
    Source::new("script").define_text("NAME", name).flag("-pthread")
}

/// An instance of that name that may call every module.
pub fn start(host: &Host, instance: &str) -> Instance {
    start_from(host, script("script"), instance, json!({}))
}

/// The same with RP_CONCURRENT.
pub fn start_concurrent(host: &Host, instance: &str) -> Instance {
    start_from(host, concurrent_script("script"), instance, json!({}))
}

pub fn start_from(host: &Host, library: PathBuf, instance: &str, config: Value) -> Instance {
    let grants = Grants { call: vec!["*".into()], ..Grants::default() };
    host.load_with(library, LoadOptions::new().instance(instance).grants(grants).config(config)).unwrap()
}

/// The payload of a command that runs steps.
pub fn payload(steps: &Value) -> String {
    json!({"name": "run", "args": {"steps": steps}}).to_string()
}

/// Runs steps and takes their results.
pub fn try_run(instance: &Instance, steps: &Value) -> Result<Value, Error> {
    try_send(instance, &Message::new("command", &payload(steps)))
}

/// The same with a message that was made elsewhere.
pub fn try_send(instance: &Instance, message: &Message<'_>) -> Result<Value, Error> {
    let mut reply = Reply::new();
    instance.call(message, &mut reply)?;
    let response: Value = serde_json::from_slice(reply.as_bytes()).unwrap();
    Ok(response["data"]["results"].clone())
}

pub fn run(instance: &Instance, steps: Value) -> Value {
    try_run(instance, &steps).unwrap()
}

/// A step that has another instance run steps.
pub fn ask(module: &str, steps: Value) -> Value {
    json!({"send": {"type": "command", "payload": {"module": module, "name": "run", "args": {"steps": steps}}}})
}

/// A step that asks a service.
pub fn tell(service: &str, what: Value) -> Value {
    json!({"send": {"type": service, "payload": what}})
}

/// The same step, sent in the service of the message in work.
pub fn for_message(mut step: Value) -> Value {
    step["send"]["own_cause"] = json!(true);
    step
}

/// The results of a step that asked another instance.
pub fn results(sent: &Value) -> &Value {
    &sent["response"]["data"]["results"]
}

/// The code of an error response that a step got.
pub fn code(sent: &Value) -> &str {
    sent["response"]["code"].as_str().unwrap_or("no code")
}
