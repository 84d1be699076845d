//! JSON Schema to types.

use serde_json::{Map, Value};

use super::at::{At, Direction, step};
use super::limits;
use super::variants::{self, Variant};
use crate::fault::{Error, Note, Place};
use crate::model::{Field, Item, Kind, Shape, Type};
use crate::name::words;

/// How deep a schema may be; far beyond what anybody writes, and before the stack ends.
const DEPTH: usize = 64;

/// Collects the named types of all schemas, and the notes about them.
#[derive(Default)]
pub struct Reader {
    pub shapes: Vec<Shape>,
    pub notes: Vec<Note>,
}

impl Reader {
    /// The type of the arguments or the result of a command, or of the data of an event.
    pub fn root(
        &mut self,
        schema: Option<&Value>,
        place: Place,
        name: Vec<String>,
        direction: Direction,
    ) -> Result<Item, Error> {
        let Some(root) = schema else { return Ok(Item::of(Type::Any)) };
        let at = At { root, place, name, direction, through: Vec::new(), depth: 0 };
        let before = self.shapes.len();
        let item = self.item(root, &at)?;
        match item.ty {
            Type::Named(shape) => Ok(Item { ty: Type::Named(self.own(shape, before, &at)), ..item }),
            _ => Ok(item),
        }
    }

    /// The type of a root is its own, under its own name, although another one looks like it.
    fn own(&mut self, shape: usize, before: usize, at: &At<'_>) -> usize {
        let is_new = shape >= before;
        let shape = if is_new {
            shape
        } else {
            let Shape { about, kind, .. } = &self.shapes[shape];
            let copy = Shape {
                name: Vec::new(),
                about: about.clone(),
                kind: kind.clone(),
                place: at.place.clone(),
                is_sent: at.direction == Direction::Sent,
                is_root: true,
            };
            self.shapes.push(copy);
            self.shapes.len() - 1
        };
        self.shapes[shape].name.clone_from(&at.name);
        self.shapes[shape].is_root = true;
        shape
    }

    /// Takes note of what no type says.
    pub fn note(&mut self, at: &At<'_>, text: &str) -> Type {
        self.notes.push(Note { place: at.place.clone(), text: text.to_owned() });
        Type::Any
    }

    /// The type of a schema, and whether null fits it.
    pub fn item<'a>(&mut self, schema: &'a Value, at: &At<'a>) -> Result<Item, Error> {
        if at.depth > DEPTH {
            return Ok(Item::of(self.note(at, "too deep; any JSON is taken")));
        }
        match schema {
            Value::Bool(true) => Ok(Item::of(Type::Any)),
            Value::Bool(false) => Ok(Item::of(self.note(at, "no value fits; any JSON is taken"))),
            Value::Object(keywords) => self.of_keywords(keywords, at),
            _ => Err(at.fault("a schema is an object, true or false")),
        }
    }

    fn of_keywords<'a>(&mut self, schema: &'a Map<String, Value>, at: &At<'a>) -> Result<Item, Error> {
        if let Some(reference) = schema.get("$ref") {
            return self.referred(reference, at);
        }
        match variants::of(schema, at)? {
            None => {}
            Some(found) => return self.variant(found, schema, at),
        }
        let (types, is_nullable) = types(schema, at)?;
        let ty = match types[..] {
            [] if schema.contains_key("properties") => self.object(schema, at)?,
            [] if schema.contains_key("items") => self.array(schema, at)?,
            [] if is_nullable => self.note(at, "only null fits; any JSON is taken"),
            [] => Type::Any,
            ["integer", "number"] | ["number", "integer"] => Type::Number,
            [one] => self.typed(one, schema, at)?,
            _ => self.note(at, "several types; any JSON is taken"),
        };
        Ok(Item { ty, is_nullable })
    }

    fn variant<'a>(
        &mut self,
        found: Variant<'a>,
        schema: &'a Map<String, Value>,
        at: &At<'a>,
    ) -> Result<Item, Error> {
        match found {
            Variant::Words { words, is_nullable } => {
                Ok(Item { ty: self.shape(Kind::Enum(words), schema, at), is_nullable })
            }
            Variant::Other { note, is_nullable } => Ok(Item { ty: self.note(at, &note), is_nullable }),
            Variant::One { schema, pointer, is_nullable } => {
                let item = self.item(schema, &at.alternative(&pointer))?;
                Ok(Item { is_nullable: is_nullable || item.is_nullable, ..item })
            }
        }
    }

    fn typed<'a>(&mut self, name: &str, schema: &'a Map<String, Value>, at: &At<'a>) -> Result<Type, Error> {
        match name {
            "object" => self.object(schema, at),
            "array" => self.array(schema, at),
            "string" => Ok(Type::String),
            "boolean" => Ok(Type::Bool),
            "integer" => Ok(Type::Integer(limits::width(schema))),
            "number" => Ok(Type::Number),
            _ => Err(at.fault(format!("there is no type \"{name}\""))),
        }
    }

    fn referred<'a>(&mut self, reference: &'a Value, at: &At<'a>) -> Result<Item, Error> {
        let Value::String(reference) = reference else { return Err(at.fault("$ref: expected a string")) };
        let target = reference.strip_prefix('#').and_then(|pointer| at.root.pointer(pointer));
        let Some(target) = target else {
            return Err(at.fault(format!("$ref: {reference} leads to nothing in this schema")));
        };
        if at.through.contains(&reference.as_str()) {
            let text = format!("{reference} refers to itself; any JSON is taken");
            return Ok(Item::of(self.note(at, &text)));
        }
        let mut there = at.alternative("");
        there.through.push(reference);
        there.name = words(reference.rsplit('/').next().unwrap_or_default());
        there.place.pointer = format!("{}{}", first_step(&at.place.pointer), &reference[1..]);
        self.item(target, &there)
    }

    fn array<'a>(&mut self, schema: &'a Map<String, Value>, at: &At<'a>) -> Result<Type, Error> {
        let item = match schema.get("items") {
            Some(items) => self.item(items, &at.part("/items", "item"))?,
            None => Item::of(Type::Any),
        };
        Ok(Type::Array(Box::new(item)))
    }

    fn object<'a>(&mut self, schema: &'a Map<String, Value>, at: &At<'a>) -> Result<Type, Error> {
        let Some(properties) = schema.get("properties") else { return self.map(schema, at) };
        let Value::Object(properties) = properties else {
            return Err(at.fault("properties: expected an object"));
        };
        if properties.is_empty() {
            return self.map(schema, at);
        }
        let required = required(schema, at)?;
        let mut fields = Vec::new();
        for key in in_order(&required, properties) {
            let is_required = required.contains(&key);
            fields.push(self.field(key, &properties[key], is_required, at)?);
        }
        Ok(self.shape(Kind::Struct(fields), schema, at))
    }

    fn field<'a>(
        &mut self,
        key: &str,
        schema: &'a Value,
        is_required: bool,
        at: &At<'a>,
    ) -> Result<Field, Error> {
        let at = at.part(&format!("/properties/{}", step(key)), key);
        let item = self.item(schema, &at)?;
        let about = about(schema, &item.ty, at.root);
        Ok(Field { key: key.to_owned(), item, is_required, about })
    }

    /// An object whose keys nobody names.
    fn map<'a>(&mut self, schema: &'a Map<String, Value>, at: &At<'a>) -> Result<Type, Error> {
        match schema.get("additionalProperties") {
            None | Some(Value::Bool(_)) => Ok(Type::Object),
            Some(values) => {
                let item = self.item(values, &at.part("/additionalProperties", "value"))?;
                Ok(Type::Map(Box::new(item)))
            }
        }
    }

    /// A named type: a known one that looks like it and goes the same way, or else a new one.
    pub fn shape(&mut self, kind: Kind, schema: &Map<String, Value>, at: &At<'_>) -> Type {
        let is_sent = at.direction == Direction::Sent;
        let is_known = |one: &Shape| !one.is_root && one.is_sent == is_sent && one.kind.is_like(&kind);
        let known = self.shapes.iter().position(is_known);
        Type::Named(known.unwrap_or_else(|| {
            let about = schema.get("description").and_then(Value::as_str).unwrap_or_default().to_owned();
            let (name, place) = (at.name.clone(), at.place.clone());
            self.shapes.push(Shape { name, about, kind, place, is_sent, is_root: false });
            self.shapes.len() - 1
        }))
    }
}

/// `/args` of `/args/properties/title`
fn first_step(pointer: &str) -> &str {
    let end = pointer[1..].find('/').map_or(pointer.len(), |end| end + 1);
    &pointer[..end]
}

/// The types that a schema names, but null, and whether null is one.
fn types<'a>(schema: &'a Map<String, Value>, at: &At<'_>) -> Result<(Vec<&'a str>, bool), Error> {
    let text = |value: &'a Value| value.as_str().ok_or_else(|| at.fault("type: expected strings"));
    let mut types: Vec<&str> = match schema.get("type") {
        None => Vec::new(),
        Some(Value::Array(all)) => all.iter().map(text).collect::<Result<_, _>>()?,
        Some(one) => vec![text(one)?],
    };
    let count = types.len();
    types.retain(|one| *one != "null");
    let is_nullable = types.len() < count;
    Ok((types, is_nullable))
}

fn required<'a>(schema: &'a Map<String, Value>, at: &At<'_>) -> Result<Vec<&'a str>, Error> {
    let fault = || at.fault("required: expected an array of strings");
    match schema.get("required") {
        None => Ok(Vec::new()),
        Some(Value::Array(all)) => all.iter().map(|one| one.as_str().ok_or_else(fault)).collect(),
        Some(_) => Err(fault()),
    }
}

/// The required properties in the order of the module's author, then the others by name.
fn in_order<'a>(required: &[&'a str], properties: &'a Map<String, Value>) -> Vec<&'a str> {
    let mut keys: Vec<&str> = Vec::new();
    for key in required.iter().copied().filter(|key| properties.contains_key(*key)) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys.extend(properties.keys().map(String::as_str).filter(|key| !required.contains(key)));
    keys
}

/// What a property's schema says about it, or else what it refers to, and its limits.
fn about(schema: &Value, ty: &Type, root: &Value) -> String {
    let reference = schema.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#'));
    let target = reference.and_then(|pointer| root.pointer(pointer));
    let description = |schema: &Value| schema.get("description").and_then(Value::as_str).map(str::to_owned);
    let text = description(schema).or_else(|| target.and_then(description)).unwrap_or_default();
    let limits = schema.as_object().map(|schema| limits::words(schema, ty)).unwrap_or_default();
    [text, limits].iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join("\n")
}
