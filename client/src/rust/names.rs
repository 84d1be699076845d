//! The names in a client in Rust.

use crate::language::Job;
use crate::model::{Field, Word};
use crate::name::{Scope, pascal, snake, words};

/// Of everything that has one.
pub struct Names {
    /// Of the shapes.
    pub types: Vec<String>,
    /// Of the commands.
    pub methods: Vec<String>,
    /// Of the enum of all events.
    pub events: String,
}

impl Names {
    pub fn of(job: &Job<'_>) -> Names {
        let client = pascal(&job.name);
        let mut scope =
            Scope::with(["Self", "Option", "Result", "Some", "None", "Ok", "Err", "String", "Vec"]);
        scope.take(&client);
        let events = scope.take(&format!("{client}Event"));
        let shapes = job.model.shapes.iter();
        let types = shapes.map(|shape| scope.take(&pascal(&shape.name))).collect();
        let mut scope = Scope::with(["new", "of", "with", "instance"]);
        let commands = job.model.commands.iter();
        let methods =
            commands.map(|command| identifier(&scope.take(&snake(&words(&command.name))))).collect();
        Names { types, methods, events }
    }
}

/// The members of a struct.
pub fn members(fields: &[Field]) -> Vec<String> {
    let mut scope = Scope::default();
    fields.iter().map(|field| identifier(&scope.take(&snake(&words(&field.key))))).collect()
}

/// The variants of an enum.
pub fn variants(all: &[Word]) -> Vec<String> {
    let mut scope = Scope::with(["Self"]);
    all.iter().map(|word| scope.take(&pascal(&words(&word.value)))).collect()
}

/// The name of a member as serde reads it without being told.
pub fn plain(name: &str) -> &str {
    name.strip_prefix("r#").unwrap_or(name)
}

/// A name that is a keyword is written as one that is none.
fn identifier(name: &str) -> String {
    const KEYWORDS: &[&str] = &[
        "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
        "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
        "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "static",
        "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where",
        "while", "yield", "union",
    ];
    match name {
        "self" | "super" | "crate" => format!("{name}_"),
        _ if KEYWORDS.contains(&name) => format!("r#{name}"),
        _ => name.to_owned(),
    }
}
