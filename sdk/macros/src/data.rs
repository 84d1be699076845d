//! `#[data]`, `#[args]` and `#[event]`: the derives that arguments and results want, without naming serde and schemars.
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use crate::words;

/// Hands the item to the macro of that name in rp-sdk, which knows the SDK's features.
pub fn expand(name: &str, options: TokenStream, item: TokenStream) -> TokenStream {
    let strict = match strict(name, options) {
        Ok(strict) => strict,
        Err(error) => return error.into_compile_error(),
    };
    if let Some(expanded) = words::expand(&item) {
        return expanded;
    }
    let wrapper = Ident::new(&format!("__{name}"), Span::call_site());
    quote! { ::rp_sdk::#wrapper! { #strict #item } }
}

/// What `strict` stands for.
fn strict(name: &str, options: TokenStream) -> syn::Result<Option<TokenStream>> {
    let Some(option) = options.into_iter().next() else { return Ok(None) };
    match option.to_string().as_str() {
        "strict" => Ok(Some(quote! { #[serde(deny_unknown_fields)] })),
        _ => {
            let text =
                format!("`{name}` takes no option but `strict`; write others as #[serde(…)] beside it");
            Err(syn::Error::new(option.span(), text))
        }
    }
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
