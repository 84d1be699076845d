//! What is offered to somebody who types a call.

use super::command::{Described, commands};
use super::page::first_sentence;

/// A command, as it can be typed.
pub struct Offer {
    pub name: String,
    /// The first sentence of its description.
    pub sentence: String,
    /// The arguments of its example, if it has any.
    pub example: Option<String>,
    /// Arguments with every key.
    pub all: Option<String>,
}

/// The commands in a response to `describe`.
pub fn offers(response: &str) -> Vec<Offer> {
    commands(response).into_iter().map(offer).collect()
}

fn offer(command: Described<'_>) -> Offer {
    let example = command.args.map(|args| args.example(&command.name)).filter(|args| args != "{}");
    Offer {
        example,
        all: command.args.and_then(|args| args.example_of_all()),
        sentence: first_sentence(&command.description),
        name: command.name,
    }
}
