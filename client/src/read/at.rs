//! Where reading a schema has got to.

use serde_json::Value;

use crate::fault::{Error, Place};
use crate::name::words;

/// Whether a client sends values of a type or reads them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Sent,
    Read,
}

/// Where reading has got to.
#[derive(Clone)]
pub struct At<'a> {
    /// The whole schema, into which its references point.
    pub root: &'a Value,
    pub place: Place,
    /// The words of the name of a type that is found here.
    pub name: Vec<String>,
    pub direction: Direction,
    /// The references on the way here.
    pub through: Vec<&'a str>,
    pub depth: usize,
}

impl<'a> At<'a> {
    /// A part of the value here, whose type is named after both.
    pub fn part(&self, pointer: &str, name: &str) -> At<'a> {
        let mut part = self.alternative(pointer);
        part.name.extend(words(name));
        part
    }

    /// Another schema of the value here.
    pub fn alternative(&self, pointer: &str) -> At<'a> {
        let mut at = self.clone();
        at.place.pointer.push_str(pointer);
        at.depth += 1;
        at
    }

    pub fn fault(&self, text: impl Into<String>) -> Error {
        Error::Schema { place: self.place.clone(), text: text.into() }
    }
}

/// A key in a JSON pointer.
pub fn step(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
