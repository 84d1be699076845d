//! What a client is made of, read from a description: commands, events and their types, in no language yet.

use crate::fault::Place;

/// A module, as its clients see it.
#[derive(Clone, Debug)]
pub struct Model {
    /// The module's name.
    pub module: String,
    /// Its version.
    pub version: String,
    /// What it is for.
    pub about: String,
    pub commands: Vec<Command>,
    pub events: Vec<Event>,
    /// The kinds of entities that the module provides.
    pub entities: Vec<String>,
    /// The named types; one comes after those that it is made of.
    pub shapes: Vec<Shape>,
}

/// A command.
#[derive(Clone, Debug)]
pub struct Command {
    pub name: String,
    pub about: String,
    pub args: Args,
    pub returns: Item,
}

/// What a command takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Args {
    /// Nothing.
    None,
    /// Any object.
    Free,
    /// The struct of that number.
    Struct(usize),
}

/// An event that the module emits.
#[derive(Clone, Debug)]
pub struct Event {
    pub name: String,
    pub about: String,
    pub data: Type,
}

/// The type of a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// Any JSON.
    Any,
    /// Any JSON object.
    Object,
    Bool,
    String,
    Integer(Width),
    Number,
    /// A [`Shape`], by its number.
    Named(usize),
    Array(Box<Item>),
    /// An object with values of one type under keys that the schema does not name.
    Map(Box<Item>),
}

/// A type, and whether null stands for it too.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    pub ty: Type,
    pub is_nullable: bool,
}

impl Item {
    /// A value that is never null.
    pub fn of(ty: Type) -> Item {
        Item { ty, is_nullable: false }
    }
}

/// The whole numbers that a type has room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Width {
    pub bits: u8,
    pub is_signed: bool,
}

/// A type with a name.
#[derive(Clone, Debug)]
pub struct Shape {
    /// The words of its name.
    pub name: Vec<String>,
    pub about: String,
    pub kind: Kind,
    /// Where it is described first.
    pub place: Place,
    /// Whether a client sends it rather than reads it.
    pub is_sent: bool,
    /// Whether it has a place of its own: the arguments or the result of a command, the data of an event.
    pub is_root: bool,
}

#[derive(Clone, Debug)]
pub enum Kind {
    Struct(Vec<Field>),
    Enum(Vec<Word>),
}

/// A property of an object.
#[derive(Clone, Debug)]
pub struct Field {
    pub key: String,
    pub item: Item,
    pub is_required: bool,
    pub about: String,
}

impl Field {
    /// Whether the value may be missing or null.
    pub fn is_optional(&self) -> bool {
        !self.is_required || self.item.is_nullable
    }
}

/// One of the strings of an enum.
#[derive(Clone, Debug)]
pub struct Word {
    pub value: String,
    pub about: String,
}

impl Kind {
    /// Whether values of both look alike, whatever is said about them.
    pub fn is_like(&self, other: &Kind) -> bool {
        match (self, other) {
            (Kind::Enum(one), Kind::Enum(two)) => {
                one.iter().map(|word| &word.value).eq(two.iter().map(|word| &word.value))
            }
            (Kind::Struct(one), Kind::Struct(two)) => {
                let parts = |fields: &[Field]| -> Vec<(String, Item, bool)> {
                    fields.iter().map(|one| (one.key.clone(), one.item.clone(), one.is_required)).collect()
                };
                parts(one) == parts(two)
            }
            _ => false,
        }
    }
}

impl Model {
    /// The fields of a struct; an enum has none.
    pub fn fields(&self, shape: usize) -> &[Field] {
        match &self.shapes[shape].kind {
            Kind::Struct(fields) => fields,
            Kind::Enum(_) => &[],
        }
    }

    /// Whether values of a type satisfy a condition somewhere in them.
    pub fn holds(&self, ty: &Type, is_wanted: &impl Fn(&Type) -> bool) -> bool {
        if is_wanted(ty) {
            return true;
        }
        match ty {
            Type::Array(item) | Type::Map(item) => self.holds(&item.ty, is_wanted),
            Type::Named(shape) => {
                self.fields(*shape).iter().any(|field| self.holds(&field.item.ty, is_wanted))
            }
            _ => false,
        }
    }
}
