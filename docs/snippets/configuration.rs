use std::error::Error;
use std::path::Path;

use rp_host::{Host, config};
use serde_json::{Value, json};

/// Starts what the file names, and lets one instance write a note; answers what happened.
pub fn run(file: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let host = config::read(file)?.start(Host::builder().name("my-program"))?;
    let instances = host.instances().into_iter();
    let mut lines: Vec<_> =
        instances.map(|one| format!("{} is {}", one.name(), one.manifest().name)).collect();

    let scribe = host.instance("scribe").ok_or("the file has no instance scribe")?;
    let note = json!({"entity": "note", "operation": "create", "data": {"parish": "Blankenhain"}});
    let made: Value = scribe.command("send", &json!({"type": "mutation", "payload": note}))?;
    lines.push(format!("the scribe wrote version {}", made["version"]));
    Ok(lines)
}
