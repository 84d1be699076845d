//! Records what modules do, and plays it to a module again.

use std::fs::File;
use std::ops::ControlFlow;
use std::path::Path;

use rp_host::{Error, Host, LoadOptions, Recording, Replay};
use serde_json::{Value, json};

/// Records a session of one module.
pub fn record(module: &Path, file: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let host = Host::builder().record(File::create(file)?).build();
    let minimal = host.load(module)?;
    let _pong: Value = minimal.command("ping", &json!({}))?;
    host.unload_all();
    host.check_recording()?;
    Ok(())
}

/// What a module does otherwise than it did, in words.
pub fn differences(module: &Path, file: &Path) -> Result<Vec<String>, Error> {
    let mut found = Vec::new();
    let replay = Replay::new(Recording::open(file)?);
    replay.run(Host::builder(), module, LoadOptions::new(), |difference| {
        found.push(difference.to_string());
        ControlFlow::Continue(())
    })?;
    Ok(found)
}

/// The answer of a module that is not there.
pub fn answer_without_it(module: &Path, file: &Path) -> Result<Value, Error> {
    let host = Host::new();
    let minimal = host.load_with(module, LoadOptions::new().recorded(file))?;
    minimal.command("ping", &json!({}))
}
