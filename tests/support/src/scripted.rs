//! Modules that run the steps that a test gives them; see tests/hostile/scripted.c.

use std::path::PathBuf;

use rp_host::{Error, Grants, Host, Instance, LoadOptions, Message, Reply};
use serde_json::{Value, json};

use super::Source;

/// The library of a scripted module of that name.
pub fn scripted_library(name: &str) -> PathBuf {
    source(name).library()
}

/// The same with RP_CONCURRENT.
pub fn concurrent_scripted_library(name: &str) -> PathBuf {
    source(name).define("FLAGS=RP_CONCURRENT").library()
}

/// The source of a scripted module, for one with more flags.
pub fn source(name: &str) -> Source {
    Source::new("scripted").define_text("NAME", name).flag("-pthread")
}

/// An instance of that name that may call every module.
pub fn start(host: &Host, instance: &str) -> Instance {
    start_from(host, scripted_library("scripted"), instance, json!({}))
}

/// The same with RP_CONCURRENT.
pub fn start_concurrent(host: &Host, instance: &str) -> Instance {
    start_from(host, concurrent_scripted_library("scripted"), instance, json!({}))
}

/// An instance of a library that may call every module.
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

/// The same; a call that fails ends the test.
pub fn run(instance: &Instance, steps: Value) -> Value {
    try_run(instance, &steps).unwrap()
}

/// A step that has another instance run steps.
pub fn ask(module: &str, steps: Value) -> Value {
    json!({"send": {"type": "command", "payload": {"module": module, "name": "run", "args": {"steps": steps}}}})
}

/// A step that asks a service of the host.
pub fn request(service: &str, what: Value) -> Value {
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
