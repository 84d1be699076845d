use std::path::Path;

use rp_host::{Error, Host, Instance};
use serde_json::{Value, json};

pub fn replaced(host: &Host, old_handle: &Instance, file: &Path) -> Result<Value, Error> {
    match host.replace(old_handle.name(), file) {
        Ok(instance) => println!("now {}", instance.manifest().version),
        Err(error) => eprintln!("the old code goes on: {error}"),
    }
    old_handle.command("ping", &json!({}))
}
