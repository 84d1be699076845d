//! `rp store put FILE ENTITY/ID JSON` and `rp store delete FILE ENTITY/ID`

use std::borrow::Cow;
use std::time::{SystemTime, UNIX_EPOCH};

use rp_host::StoreFault;
use rp_host::store::{Asker, Moment, SqliteStore, Store};
use rp_protocol::{Mutation, Operation};
use serde_json::json;
use serde_json::value::RawValue;

use super::arguments::{EntityName, StoreArguments, blame, parse_name};
use crate::arguments::global::Global;
use crate::arguments::json::json_argument;
use crate::fault::Fault;
use crate::output::Output;
use crate::terminal::escaped;

/// Write one entity: a new one, or new data of one that exists
#[derive(clap::Args)]
#[command(after_help = PUT_HELP)]
pub struct PutOptions {
    #[command(flatten)]
    store: StoreArguments,
    /// The kind of entity and its id
    #[arg(value_name = "ENTITY/ID", value_parser = parse_name)]
    name: EntityName,
    /// The whole data, a JSON object; `-` reads them from standard input
    #[arg(value_name = "JSON")]
    data: String,
}

const PUT_HELP: &str = r#"Examples:
  rp store put research.sqlite note/1 '{"text":"Kew"}'
  rp store put research.sqlite note/2 - < note.json

Names, references and data are checked as for a module. Hosts publish no event
about it."#;

/// Delete entities
#[derive(clap::Args)]
#[command(after_help = DELETE_HELP)]
pub struct DeleteOptions {
    #[command(flatten)]
    store: StoreArguments,
    /// The kind of entity and its id
    #[arg(required = true, value_name = "ENTITY/ID", value_parser = parse_name)]
    names: Vec<EntityName>,
    /// Even where others refer to it
    #[arg(long)]
    force: bool,
}

const DELETE_HELP: &str = "\
Examples:
  rp store delete research.sqlite note/2 note/3
  rp store delete research.sqlite person/1 --force

To empty a store, stop its hosts and remove the file: a host makes a new one.";

/// Writes one.
pub fn put(options: &PutOptions, global: &Global) -> Result<u8, Fault> {
    let data = json_argument("the data", Some(&options.data))?;
    let data: &RawValue =
        serde_json::from_str(&data).map_err(|error| Fault::data("rp::usage", error.to_string()))?;
    let operation = match options.store.open()?.get(&options.name.entity, &options.name.id) {
        Ok(_) => Operation::Update,
        Err(error) if matches!(error.store_fault(), Some(StoreFault::NoEntity { .. })) => Operation::Create,
        Err(error) => return Err(blame(error)),
    };
    let mutation = Mutation { data: Some(data), ..of(&options.name, operation) };
    let version = change(&options.store, &mutation)?;
    report(&options.name, Some(version), global, &mut Output::new())
}

/// Deletes.
pub fn delete(options: &DeleteOptions, global: &Global) -> Result<u8, Fault> {
    let mut output = Output::new();
    for name in &options.names {
        change(&options.store, &Mutation { force: options.force, ..of(name, Operation::Delete) })?;
        report(name, None, global, &mut output)?;
    }
    Ok(0)
}

fn of(name: &EntityName, operation: Operation) -> Mutation<'_> {
    Mutation {
        entity: Cow::Borrowed(&name.entity),
        operation,
        id: Some(Cow::Borrowed(&name.id)),
        version: None,
        data: None,
        force: false,
    }
}

/// Changes the store as its owner; answers the version of the entity.
fn change(store: &StoreArguments, mutation: &Mutation<'_>) -> Result<u64, Fault> {
    // Opening it as a host does would make a file where none is.
    store.open()?;
    let opened = SqliteStore::open_with(&store.file, &store.options()).map_err(blame)?;
    let time_us = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_micros();
    // Random bytes are for new ids, and the id is given.
    let moment = Moment { time_us: i64::try_from(time_us).unwrap_or(i64::MAX), random: &|_| {} };
    let changed = opened.mutate(mutation, &Asker::owner(), &moment).map_err(|error| {
        let fault = Fault::data("rp::change::refused", format!("{}: {}", store.file.display(), error.text()));
        fault.help(match error.code() {
            "conflict" => "--force deletes it, and leaves references behind that lead nowhere",
            _ => "`rp store list` shows what is there",
        })
    })?;
    Ok(changed.version)
}

fn report(
    name: &EntityName,
    version: Option<u64>,
    global: &Global,
    output: &mut Output,
) -> Result<u8, Fault> {
    let EntityName { entity, id } = name;
    if global.json {
        output.json(&json!({ "entity": entity, "id": id, "version": version }))?;
        return Ok(0);
    }
    let name = escaped(&format!("{entity}/{id}"));
    match version {
        Some(version) => output.line(&format!("{name} is version {version}"))?,
        None => output.line(&format!("{name} is deleted"))?,
    }
    Ok(0)
}
