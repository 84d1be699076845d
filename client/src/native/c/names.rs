//! The names in a client in C: all begin with the client's.

use super::super::taken::identifier;
use crate::language::Job;
use crate::model::{Field, Model, Word};
use crate::name::{Scope, snake, upper, words};

/// Of everything that has one.
pub struct Names {
    pub prefix: String,
    /// Of the shapes.
    pub types: Vec<String>,
    /// Of the commands.
    pub functions: Vec<String>,
    /// Of the events.
    pub events: Vec<String>,
}

impl Names {
    pub fn of(job: &Job<'_>, model: &Model) -> Names {
        let prefix = snake(&job.name);
        let prefixed = |words: &[String]| format!("{prefix}_{}", snake(words));
        let mut scope = Scope::with([
            format!("{prefix}_send_command").as_str(),
            format!("{prefix}_read_result").as_str(),
        ]);
        let types = model.shapes.iter().map(|shape| scope.take(&prefixed(&shape.name))).collect();
        let commands = model.commands.iter();
        let functions = commands.map(|command| scope.take(&prefixed(&words(&command.name)))).collect();
        let mut scope = Scope::default();
        let events = model.events.iter();
        let events =
            events.map(|one| scope.take(&format!("{}_EVENT", prefixed(&words(&one.name)).to_uppercase())));
        let events = events.collect();
        Names { prefix, types, functions, events }
    }
}

/// The members of a struct.
pub fn members(fields: &[Field]) -> Vec<String> {
    let mut scope = Scope::default();
    fields.iter().map(|field| scope.take(&identifier(&snake(&words(&field.key))))).collect()
}

/// The enumerators of an enum.
pub fn enumerators(of: &str, all: &[Word]) -> Vec<String> {
    let mut scope = Scope::default();
    let of = of.to_ascii_uppercase();
    all.iter().map(|word| scope.take(&format!("{of}_{}", upper(&words(&word.value))))).collect()
}
