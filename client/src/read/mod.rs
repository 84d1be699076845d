//! Reads a description, as `rp describe` writes it, into a [`Model`].

mod at;
mod describe;
mod limits;
mod schema;
mod variants;

use serde_json::{Map, Value};

use crate::fault::{Error, Note, Place};
use crate::model::{Args, Command, Event, Item, Model, Type};
use crate::name::words;
use at::Direction;
pub use at::step;
use describe::{checked_name, object, text};
use schema::Reader;

/// Reads a description. The notes name what no type can say.
pub fn model(description: &str) -> Result<(Model, Vec<Note>), Error> {
    let whole = describe::whole(description)?;
    let mut reader = Reader::default();
    let commands = commands(&whole, &mut reader)?;
    let events = events(&whole, &mut reader)?;
    let entities = entities(&whole, &mut reader)?;
    let model = Model {
        module: checked_name(&whole)?,
        version: text(&whole, "version"),
        about: text(&whole, "description"),
        commands,
        events,
        entities,
        shapes: reader.shapes,
    };
    Ok((model, reader.notes))
}

fn commands(whole: &Map<String, Value>, reader: &mut Reader) -> Result<Vec<Command>, Error> {
    let none = Vec::new();
    let list = match whole.get("commands") {
        Some(Value::Array(list)) => list,
        None => &none,
        Some(_) => return Err(describe::refused("commands: expected an array")),
    };
    list.iter().enumerate().map(|(at, one)| command(at, one, reader)).collect()
}

fn command(at: usize, described: &Value, reader: &mut Reader) -> Result<Command, Error> {
    let whole = object(described, &format!("commands[{at}]"))?;
    let Some(Value::String(name)) = whole.get("name") else {
        return Err(describe::refused(&format!("commands[{at}].name: expected a string")));
    };
    let place = Place::of_command(name, "/args");
    let args = reader.root(whole.get("args"), place.clone(), named(name, "args"), Direction::Sent)?;
    let args = taken(whole.get("args"), args, place)?;
    let returns = Place::of_command(name, "/returns");
    let returns = reader.root(whole.get("returns"), returns, named(name, "result"), Direction::Read)?;
    Ok(Command { name: name.clone(), about: text(whole, "description"), args, returns })
}

fn named(name: &str, suffix: &str) -> Vec<String> {
    let mut words = words(name);
    words.push(suffix.to_owned());
    words
}

/// What a command takes, by the type of its arguments.
fn taken(schema: Option<&Value>, args: Item, place: Place) -> Result<Args, Error> {
    match args.ty {
        Type::Named(shape) => Ok(Args::Struct(shape)),
        Type::Object if is_closed(schema) => Ok(Args::None),
        Type::Object | Type::Any | Type::Map(_) => Ok(Args::Free),
        _ => Err(Error::Schema { place, text: "the arguments of a command are an object".to_owned() }),
    }
}

/// Whether an object may have no properties at all.
fn is_closed(schema: Option<&Value>) -> bool {
    let key = |key: &str| schema.and_then(|schema| schema.get(key));
    key("additionalProperties") == Some(&Value::Bool(false))
        || key("properties").is_some_and(|properties| properties.as_object().is_some_and(Map::is_empty))
}

fn events(whole: &Map<String, Value>, reader: &mut Reader) -> Result<Vec<Event>, Error> {
    let mut events = Vec::new();
    for (name, described) in describe::named(whole, "events")? {
        let schema = described.get("data");
        let place = Place::of_event(name);
        let data = reader.root(schema, place, named(name, "event"), Direction::Read)?;
        let about = schema.and_then(|schema| schema.get("description")).and_then(Value::as_str);
        let about = about.unwrap_or_default().to_owned();
        events.push(Event { name: name.clone(), about, data: data.ty });
    }
    Ok(events)
}

/// The names of the entities; the types of their documents are among the shapes.
fn entities(whole: &Map<String, Value>, reader: &mut Reader) -> Result<Vec<String>, Error> {
    let mut entities = Vec::new();
    for (name, described) in describe::named(whole, "entities")? {
        let place = Place { of: format!("entity {name}"), pointer: "/data".to_owned() };
        reader.root(described.get("data"), place, named(name, "entity"), Direction::Read)?;
        entities.push(name.clone());
    }
    Ok(entities)
}
