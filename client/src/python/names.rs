//! The names in a client in Python.

use crate::language::Job;
use crate::model::Field;
use crate::name::{Scope, pascal, snake, words};

/// Of everything that has one.
pub struct Names {
    pub client: String,
    /// Of the shapes.
    pub types: Vec<String>,
    /// Of the commands.
    pub methods: Vec<String>,
    /// Of the events.
    pub events: Vec<String>,
    /// Of the union of all events.
    pub event: String,
}

/// What stands at the top of the file.
const TOP: &[&str] = &[
    "RpError",
    "Connection",
    "IO",
    "Any",
    "Iterator",
    "Literal",
    "Optional",
    "TypedDict",
    "Union",
    "None",
    "True",
    "False",
    "OSError",
    "Exception",
];

/// What methods name inside of the class: a method or a parameter of that name would hide it.
const USED: [&str; 7] = ["bool", "cast", "dict", "float", "int", "list", "str"];

impl Names {
    pub fn of(job: &Job<'_>) -> Names {
        let mut top = Scope::with(TOP.iter().copied());
        let client = top.take(&pascal(&job.name));
        let event = top.take(&format!("{client}Event"));
        let types = job.model.shapes.iter().map(|shape| top.take(&pascal(&shape.name))).collect();
        let message = |name: &str| format!("{}Message", pascal(&words(name)));
        let events = job.model.events.iter().map(|event| top.take(&message(&event.name))).collect();
        let mut scope = Scope::with(["events"].into_iter().chain(USED));
        let methods =
            job.model.commands.iter().map(|one| identifier(&scope.take(&snake(&words(&one.name))))).collect();
        Names { client, types, methods, events, event }
    }
}

/// The parameters of a method.
pub fn parameters(fields: &[Field]) -> Vec<String> {
    let mut scope = Scope::with(["self", "args", "data", "optional"].into_iter().chain(USED));
    fields.iter().map(|field| identifier(&scope.take(&snake(&words(&field.key))))).collect()
}

fn identifier(name: &str) -> String {
    match is_keyword(name) {
        true => format!("{name}_"),
        false => name.to_owned(),
    }
}

/// Whether a key can be an attribute as it is: a name that is no keyword, and that a class does not make its own.
pub fn is_attribute(key: &str) -> bool {
    let is_name = key.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && key.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    let hides_a_type = USED.contains(&key) || key.starts_with(|first: char| first.is_ascii_uppercase());
    is_name && !key.starts_with("__") && !hides_a_type && !is_keyword(key)
}

fn is_keyword(name: &str) -> bool {
    const KEYWORDS: &[&str] = &[
        "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
        "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in",
        "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
    ];
    KEYWORDS.contains(&name)
}
