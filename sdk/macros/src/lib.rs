//! The attribute macros of rp-sdk, which documents and exports them.
mod data;
mod expand;
mod module;
mod options;
mod reach;
mod read_type;
mod role;
mod route;
mod words;

use proc_macro::TokenStream;

/// Makes a module of an `impl` block: its marked methods answer messages, and the library exports it.
///
/// The front page of rp-sdk tells the attributes of methods and the options.
#[proc_macro_attribute]
pub fn module(options: TokenStream, block: TokenStream) -> TokenStream {
    match expand::expand(options.into(), block.clone().into()) {
        Ok(tokens) => tokens.into(),
        // The block stays, so that its own mistakes and its users are not reported beside the one that counts.
        Err(error) => [module::unmarked(block.into()), error.into_compile_error()]
            .into_iter()
            .map(TokenStream::from)
            .collect(),
    }
}

#[cfg(test)]
mod mistakes;

/// Derives for a type of results, entities or configuration what the SDK asks of it: serde's `Serialize` and
/// `Deserialize`, and with the feature `schema` schemars' `JsonSchema`. The attributes of both are understood.
///
/// `#[data(strict)]` refuses fields that the type does not have; without it they are passed over.
#[proc_macro_attribute]
pub fn data(options: TokenStream, item: TokenStream) -> TokenStream {
    data::expand("data", options.into(), item.into()).into()
}

/// Derives for a type of arguments what the SDK asks of it: serde's `Deserialize`, and with the feature `schema`
/// schemars' `JsonSchema`. The attributes of both are understood.
///
/// `#[args(strict)]` refuses fields that the type does not have; without it they are passed over, as the protocol says.
#[proc_macro_attribute]
pub fn args(options: TokenStream, item: TokenStream) -> TokenStream {
    data::expand("args", options.into(), item.into()).into()
}

/// Makes an event of a struct: `#[event("note.created")]` gives it that name and derives what `data` derives.
#[proc_macro_attribute]
pub fn event(name: TokenStream, item: TokenStream) -> TokenStream {
    data::event(name.into(), item.into()).into()
}
