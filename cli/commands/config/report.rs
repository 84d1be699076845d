//! How `rp config check` prints what it found.

use rp_host::config::ConfigFile;
use rp_host::{Grants, Right};
use serde_json::{Map, Value, json};

use super::ready::Ready;
use crate::fault::Fault;
use crate::json::JsonPath;
use crate::output::Output;
use crate::terminal::{GOOD, WARN, escaped, styled, table};

/// For people.
pub fn print(file: &ConfigFile, ready: &[Ready], output: &mut Output) -> Result<(), Fault> {
    if !ready.is_empty() {
        let rows: Vec<Vec<String>> = ready.iter().map(row).collect();
        output.line(&table(&["INSTANCE", "MODULE", "VERSION", "FORMAT", "LOADER", "FILE"], &rows))?;
    }
    if let Some(store) = file.store() {
        let place = store.map_or("in memory".to_owned(), |path| path.display().to_string());
        output.line(&escaped(&format!("store: {place}")))?;
    }
    let lacking: Vec<_> = ready.iter().filter(|one| !one.ungranted.is_empty()).collect();
    for one in &lacking {
        print_grants(one, output)?;
    }
    if !lacking.is_empty() {
        output.line("")?;
    }
    let count = file.instance_names().count();
    let what = if count == 1 { "instance" } else { "instances" };
    let style = if ready.len() < count || !lacking.is_empty() { WARN } else { GOOD };
    let text = format!(
        "{} of {count} {what} would load, {} of them not granted all that they request",
        ready.len(),
        lacking.len()
    );
    output.line(&styled(style, &text))
}

/// A plain module may have no manifest outside its code.
fn row(one: &Ready) -> Vec<String> {
    let version = one.found.manifest.as_ref().map(|manifest| manifest.version.to_string());
    vec![
        one.plan.name.clone(),
        one.plan.module.clone(),
        version.unwrap_or_else(|| "-".to_owned()),
        one.found.format.as_str().to_owned(),
        one.loader().to_owned(),
        one.plan.path.display().to_string(),
    ]
}

/// The grants of an instance with what it lacks, ready to replace those in the file.
fn print_grants(one: &Ready, output: &mut Output) -> Result<(), Fault> {
    let lacks = list(&one.ungranted).join(", ");
    let head = format!("{} requests what is not granted: {lacks}. To grant all of it:", one.plan.name);
    output.line("")?;
    output.folded(&styled(WARN, &escaped(&head)), 0)?;
    output.line(&escaped(&format!("[instance.{}]", one.plan.name)))?;
    output.line(&escaped(&format!("grants = {}", all_grants(one).to_toml())))
}

/// What the file grants, and what is requested.
fn all_grants(one: &Ready) -> Grants {
    one.plan.options.granted().with(&one.ungranted)
}

/// Each as `read=note`.
fn list(grants: &Grants) -> Vec<String> {
    let of = |right: Right| grants.of(right).iter().map(move |name| format!("{}={name}", right.as_str()));
    Right::ALL.into_iter().flat_map(of).collect()
}

/// For programs. What could not be loaded has its line on standard error.
pub fn print_json(file: &ConfigFile, ready: &[Ready], output: &mut Output) -> Result<(), Fault> {
    let store = file.store().map(|store| match store {
        Some(path) => json!({ "path": JsonPath(path) }),
        None => json!({ "memory": true }),
    });
    output.json(&json!({
        "file": JsonPath(file.path()),
        "store": store,
        "instances": ready.iter().map(json_of).collect::<Vec<_>>(),
        "broken": file.instance_names().filter(|name| ready.iter().all(|one| one.plan.name != *name)).collect::<Vec<_>>(),
    }))
}

fn json_of(one: &Ready) -> Value {
    json!({
        "instance": one.plan.name,
        "module": one.plan.module,
        "version": one.found.manifest.as_ref().map(|manifest| manifest.version.to_string()),
        "profile": one.found.profile.as_str(),
        "format": one.found.format.as_str(),
        "isolated": one.plan.options.isolation().map(|isolation| json!({"sandbox": isolation.sandbox.mode.as_str()})),
        "file": JsonPath(&one.plan.path),
        "ungranted": json_grants(&one.ungranted),
        "grants": json_grants(&all_grants(one)),
    })
}

fn json_grants(grants: &Grants) -> Map<String, Value> {
    let given = Right::ALL.into_iter().filter(|right| !grants.of(*right).is_empty());
    given.map(|right| (right.as_str().to_owned(), json!(grants.of(right)))).collect()
}
