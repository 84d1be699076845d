//! From a message to a call of its method: what each parameter is given, and what is made of the result.
use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::{Attribute, GenericArgument, Ident, PathArguments, Result, Type};

use crate::module::{Method, Param};
use crate::read_type::{Fields, ReadType};
use crate::role::Kind;

/// What the SDK hands in, by the last word of the parameter's type.
const GIVEN: &[(&str, &[Kind])] = &[
    (
        "Host",
        &[Kind::Create, Kind::Init, Kind::Command, Kind::Query, Kind::Mutation, Kind::Event, Kind::Other],
    ),
    ("Message", &[Kind::Init, Kind::Command, Kind::Query, Kind::Mutation, Kind::Event, Kind::Other]),
    ("Command", &[Kind::Command]),
    ("Query", &[Kind::Query]),
    ("Mutation", &[Kind::Mutation]),
    ("Event", &[Kind::Event]),
    ("Reply", &[Kind::Command, Kind::Other]),
];

/// The parameter that is read from the whole of what the message carries.
fn whole(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Command => Some("args"),
        Kind::Event => Some("data"),
        Kind::Init => Some("config"),
        _ => None,
    }
}

/// A method and what its parameters mean.
pub struct Route<'a> {
    pub method: &'a Method,
    sources: Vec<Source>,
}

#[derive(Clone, Copy, PartialEq)]
enum Source {
    Given(&'static str),
    Whole,
    Field,
}

impl<'a> Route<'a> {
    pub fn new(method: &'a Method) -> Result<Route<'a>> {
        let sources = method.params.iter().map(|param| source(method, param)).collect::<Result<Vec<_>>>()?;
        let (whole, fields) = (sources.contains(&Source::Whole), sources.contains(&Source::Field));
        if whole && fields {
            let word = self::whole(method.role.kind).unwrap_or_default();
            let text = format!("`{word}` is all of them; make the others its fields");
            return Err(syn::Error::new(method.name.span(), text));
        }
        check_strict(method, &sources)?;
        if let Some(Type::ImplTrait(output)) = &method.output {
            return Err(syn::Error::new_spanned(
                output,
                "name the type of the result; its schema is made from it",
            ));
        }
        Ok(Route { method, sources })
    }

    pub fn kind(&self) -> Kind {
        self.method.role.kind
    }

    /// The type that is read from the message, if there is one.
    pub fn read_type(&self) -> Option<ReadType<'_>> {
        if let Some(param) = self.params_from(Source::Whole).next() {
            return Some(ReadType::Whole(self.kind(), &param.param_type));
        }
        let params: Vec<_> = self.params_from(Source::Field).collect();
        let is_strict = self.method.role.strict.is_some();
        let is_read = is_strict || !params.is_empty();
        is_read.then_some(ReadType::Fields(Fields { method: &self.method.name, params, is_strict }))
    }

    fn params_from(&self, source: Source) -> impl Iterator<Item = &'a Param> {
        let params = self.method.params.iter().zip(&self.sources);
        params.filter(move |(_, found)| **found == source).map(|(param, _)| param)
    }

    /// The call; `read` reads what the message carries.
    pub fn call(&self, read: &TokenStream) -> TokenStream {
        let name = &self.method.name;
        let read = self.read_type().map(|read_type| {
            let read_type = read_type.as_trait();
            quote! { let __read = #read_type::#read?; }
        });
        let handed = self.method.params.iter().zip(&self.sources).map(|(param, source)| match source {
            Source::Given("Host") => quote! { __message.host() },
            Source::Given("Reply") => quote! { __reply },
            Source::Given(word) => {
                let name = format_ident!("__{}", word.to_lowercase());
                quote! { &#name }
            }
            Source::Whole => quote! { __read },
            Source::Field => {
                let field = &param.name;
                quote! { __read.#field }
            }
        });
        // By path: `self.query(…)` would find the trait's method of that name before one that takes `&self`.
        let receiver = self.method.receiver.iter().map(|_| quote! { self });
        let passed = receiver.chain(handed);
        // At the type of the result, for an error that the asker cannot be given.
        let output = self.method.output.as_ref().filter(|_| self.result().fails && !self.writes());
        match output.and_then(last_word).map(Ident::span) {
            None => quote! {{ #read Self::#name(#(#passed),*) }},
            Some(span) => {
                let given = quote_spanned! { span => Self::#name(#(#passed),*) };
                quote_spanned! { span => { #read ::rp_sdk::__export::refused(#given)? } }
            }
        }
    }

    /// Whether the method writes the response itself.
    pub fn writes(&self) -> bool {
        self.sources.contains(&Source::Given("Reply"))
    }

    /// Whether what the message carries is read into a type, and the method sees it in no other form.
    pub fn reads_alone(&self) -> bool {
        let sees_all = |source: &Source| matches!(source, Source::Given("Command" | "Message"));
        self.read_type().is_some() && !self.sources.iter().any(sees_all)
    }

    /// What the method gives.
    pub fn result(&self) -> Outcome<'a> {
        Outcome::of(self.method.output.as_ref())
    }
}

/// What a method gives: something or nothing, and whether it may fail.
pub struct Outcome<'a> {
    /// None is `()`.
    pub data: Option<&'a Type>,
    pub fails: bool,
}

impl<'a> Outcome<'a> {
    fn of(output: Option<&'a Type>) -> Outcome<'a> {
        let Some(output) = output else { return Outcome { data: None, fails: false } };
        match first_of_result(output) {
            Some(data) => Outcome { data: not_unit(data), fails: true },
            None => Outcome { data: not_unit(output), fails: false },
        }
    }
}

fn not_unit(output: &Type) -> Option<&Type> {
    match output {
        Type::Tuple(tuple) if tuple.elems.is_empty() => None,
        other => Some(other),
    }
}

/// The T of `Result<T>` or `Result<T, E>`, whatever path stands before it.
fn first_of_result(output: &Type) -> Option<&Type> {
    let Type::Path(path) = output else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "Result")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(data) => Some(data),
        _ => None,
    })
}

fn source(method: &Method, param: &Param) -> Result<Source> {
    let kind = method.role.kind;
    if let Some((word, kinds)) = GIVEN.iter().find(|(word, _)| last_word_is(&param.param_type, word)) {
        if !kinds.contains(&kind) {
            let text = format!("a method with #[{}] is given no {word}", kind.word());
            return Err(syn::Error::new_spanned(&param.param_type, text));
        }
        return Ok(Source::Given(word));
    }
    let whole = whole(kind);
    if let Some(whole) = whole.filter(|whole| param.name == whole) {
        return match is_no_object(&param.param_type) {
            true => Err(syn::Error::new_spanned(&param.param_type, no_object(kind, whole))),
            false => Ok(Source::Whole),
        };
    }
    if !matches!(kind, Kind::Command | Kind::Event) {
        return Err(syn::Error::new(param.name.span(), not_given(kind, whole)));
    }
    if let Type::Reference(reference) = &param.param_type {
        let text =
            "an argument is owned: a borrowed one could not hold an escape such as \\n; take String or Vec";
        return Err(syn::Error::new_spanned(reference, text));
    }
    Ok(Source::Field)
}

/// A strict command is one whose arguments `#[module]` reads into a struct of its own.
fn check_strict(method: &Method, sources: &[Source]) -> Result<()> {
    let Some(span) = method.role.strict else { return Ok(()) };
    let reads_itself = |source: &Source| matches!(source, Source::Given("Command" | "Message" | "Reply"));
    let text = if sources.contains(&Source::Whole) {
        "`args` has a type of its own, which says whether it is strict: #[rp_sdk::args(strict)]"
    } else if sources.iter().any(reads_itself) && !sources.contains(&Source::Field) {
        "a method that reads the arguments itself refuses them itself: take `strict` away"
    } else {
        return Ok(());
    };
    Err(syn::Error::new(span, text))
}

/// Whether a type is read from something else than an object, as far as its name tells.
fn is_no_object(param_type: &Type) -> bool {
    const NONE: &[&str] = &[
        "String", "str", "Vec", "bool", "char", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16",
        "i32", "i64", "i128", "isize", "f32", "f64",
    ];
    matches!(param_type, Type::Tuple(_) | Type::Array(_) | Type::Slice(_))
        || NONE.iter().any(|word| last_word_is(param_type, word))
}

fn no_object(kind: Kind, whole: &str) -> String {
    let otherwise = match kind {
        Kind::Init => "",
        _ => "; a parameter of another name is one member of it",
    };
    format!("`{whole}` is the whole object, and its type a struct with #[rp_sdk::args] or #[data]{otherwise}")
}

fn not_given(kind: Kind, whole: Option<&str>) -> String {
    let given = GIVEN.iter().filter(|(_, kinds)| kinds.contains(&kind)).map(|(word, _)| match *word {
        "Host" | "Reply" => format!("`{}: {word}`", word.to_lowercase()),
        _ => format!("`{}: &{word}<'_>`", word.to_lowercase()),
    });
    let whole = whole.map(|whole| format!("`{whole}: …`"));
    let given: Vec<_> = whole.into_iter().chain(given).collect();
    match given.is_empty() {
        true => format!("a method with #[{}] takes nothing but its receiver", kind.word()),
        false => format!("a method with #[{}] may take {}", kind.word(), given.join(", ")),
    }
}

fn last_word_is(of: &Type, word: &str) -> bool {
    last_word(of).is_some_and(|last| last == word)
}

fn last_word(of: &Type) -> Option<&Ident> {
    match of {
        Type::Reference(reference) => last_word(&reference.elem),
        Type::Path(path) => path.path.segments.last().map(|last| &last.ident),
        _ => None,
    }
}

/// The text of doc comments.
pub fn docs(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter(|attribute| attribute.path().is_ident("doc"));
    let lines = lines.filter_map(|attribute| match &attribute.meta {
        syn::Meta::NameValue(doc) => match &doc.value {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    });
    let lines: Vec<String> = lines.map(|line| line.trim().to_owned()).collect();
    lines.join("\n").trim().to_owned()
}
