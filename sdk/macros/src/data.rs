//! `#[data]`, `#[args]` and `#[event]`: the derives that arguments and results want, without naming serde and schemars.
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use crate::words;

/// Hands the item to the macro of that name in rp-sdk, which knows the SDK's features.
pub fn expand(name: &str, options: TokenStream, item: TokenStream) -> TokenStream {
    if let Some(option) = options.into_iter().next() {
        let text = format!("`{name}` takes no options; write what is meant as #[serde(…)] beside it");
        return syn::Error::new(option.span(), text).into_compile_error();
    }
    if let Some(expanded) = words::expand(&item) {
        return expanded;
    }
    let wrapper = Ident::new(&format!("__{name}"), Span::call_site());
    quote! { ::rp_sdk::#wrapper! { #item } }
}

/// The same as `#[data]`, and the name under which the host knows the event.
pub fn event(name: TokenStream, item: TokenStream) -> TokenStream {
    match syn::parse2::<syn::LitStr>(name) {
        Ok(name) => quote! { ::rp_sdk::__event! { #name; #item } },
        Err(error) => {
            let text = "name the event: #[event(\"note.created\")]";
            syn::Error::new(error.span(), text).into_compile_error()
        }
    }
}
