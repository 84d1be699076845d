//! The names in a client in C++.

use super::super::literal::literal;
use super::super::taken::identifier;
use crate::language::Job;
use crate::model::{Field, Model, Type, Word};
use crate::name::{Scope, snake, words};

/// Of everything that has one.
pub struct Names {
    pub namespace: String,
    /// Of the shapes.
    pub types: Vec<String>,
    /// Of the commands.
    pub methods: Vec<String>,
    /// The names of the events, by the shapes of their data.
    pub events: Vec<Option<String>>,
}

impl Names {
    pub fn of(job: &Job<'_>, model: &Model) -> Names {
        let mut scope = Scope::with(["json_words"]);
        let types = model.shapes.iter().map(|shape| scope.take(&identifier(&snake(&shape.name)))).collect();
        let commands = model.commands.iter();
        let methods = commands.map(|one| scope.take(&identifier(&snake(&words(&one.name))))).collect();
        let mut events = vec![None; model.shapes.len()];
        for event in &model.events {
            if let Type::Named(shape) = event.data {
                events[shape] = Some(literal(&event.name));
            }
        }
        Names { namespace: identifier(&snake(&job.name)), types, methods, events }
    }
}

/// The members of a struct, which may not have its name.
pub fn members(fields: &[Field], of: &str) -> Vec<String> {
    let mut scope = Scope::with([of]);
    fields.iter().map(|field| scope.take(&identifier(&snake(&words(&field.key))))).collect()
}

/// The enumerators of an enum.
pub fn enumerators(all: &[Word]) -> Vec<String> {
    let mut scope = Scope::default();
    all.iter().map(|word| scope.take(&identifier(&snake(&words(&word.value))))).collect()
}
