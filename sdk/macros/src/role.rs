//! What a method is for: the attributes that `#[module]` knows.
use proc_macro2::Span;
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{Attribute, Ident, LitStr, Meta, Result, Token};

/// The attribute of a method, with what stands in its parentheses.
#[derive(Clone)]
pub struct Role {
    pub kind: Kind,
    /// Names of events or entities; for a command the one that takes the place of the method's.
    pub names: Vec<LitStr>,
    /// Where `strict` stands: arguments that the command does not know are refused.
    pub strict: Option<Span>,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Create,
    Init,
    Command,
    Query,
    Mutation,
    Event,
    Shutdown,
    Other,
}

const KINDS: &[(&str, Kind)] = &[
    ("create", Kind::Create),
    ("init", Kind::Init),
    ("command", Kind::Command),
    ("query", Kind::Query),
    ("mutation", Kind::Mutation),
    ("on", Kind::Event),
    ("shutdown", Kind::Shutdown),
    ("other", Kind::Other),
];

impl Kind {
    pub fn word(self) -> &'static str {
        KINDS.iter().find(|(_, kind)| *kind == self).expect("every kind is listed").0
    }

    /// How many names belong into the parentheses.
    fn takes(self) -> (usize, usize) {
        match self {
            Kind::Command => (0, 1),
            Kind::Query | Kind::Mutation | Kind::Event => (1, usize::MAX),
            Kind::Create | Kind::Init | Kind::Shutdown | Kind::Other => (0, 0),
        }
    }
}

/// The kind that an attribute names, if it is one of ours.
fn kind(attribute: &Attribute) -> Option<Kind> {
    let name = attribute.path().get_ident()?.to_string();
    KINDS.iter().find(|(word, _)| *word == name).map(|(_, kind)| *kind)
}

/// Whether an attribute of that name is one of ours.
pub fn is_mark(name: &str) -> bool {
    KINDS.iter().any(|(word, _)| *word == name)
}

/// Takes our attribute out of a method's.
pub fn take(attributes: &mut Vec<Attribute>) -> Result<Option<Role>> {
    let mut roles = Vec::new();
    for attribute in attributes.iter() {
        if let Some(kind) = kind(attribute) {
            roles.push(read(kind, attribute)?);
        }
    }
    attributes.retain(|attribute| kind(attribute).is_none());
    if let Some(second) = roles.get(1) {
        return Err(syn::Error::new(second.span, "a method has one of these attributes, not two"));
    }
    Ok(roles.pop())
}

fn read(kind: Kind, attribute: &Attribute) -> Result<Role> {
    let words = match &attribute.meta {
        Meta::Path(_) => Words::default(),
        Meta::List(list) => list.parse_args()?,
        Meta::NameValue(_) => return Err(syn::Error::new(attribute.span(), form(kind))),
    };
    let (least, most) = kind.takes();
    let is_wrong = words.names.len() < least || words.names.len() > most;
    if is_wrong || words.strict.is_some() && kind != Kind::Command {
        return Err(syn::Error::new(attribute.span(), form(kind)));
    }
    Ok(Role { kind, names: words.names, strict: words.strict, span: attribute.span() })
}

fn form(kind: Kind) -> String {
    let word = kind.word();
    match kind {
        Kind::Command => {
            "write #[command], or #[command(\"name\")] for another name than the method's; `strict` may stand beside it".into()
        }
        Kind::Query | Kind::Mutation => format!("name the entity: #[{word}(\"note\")]"),
        Kind::Event => "name the event: #[on(\"note.created\")] or #[on(\"note.*\")]".into(),
        _ => format!("write #[{word}] without anything behind it"),
    }
}

/// What stands in the parentheses of an attribute.
#[derive(Default)]
struct Words {
    names: Vec<LitStr>,
    strict: Option<Span>,
}

impl Parse for Words {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut words = Words::default();
        while !input.is_empty() {
            match input.peek(Ident) {
                true => words.strict = Some(strict(input)?),
                false => words.names.push(input.parse()?),
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(words)
    }
}

fn strict(input: ParseStream<'_>) -> Result<Span> {
    let word: Ident = input.parse()?;
    match word == "strict" {
        true => Ok(word.span()),
        false => {
            Err(syn::Error::new(word.span(), "a name stands in quotes; the only other word here is `strict`"))
        }
    }
}
