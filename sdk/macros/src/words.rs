//! Enums that are words in JSON and nothing else. serde would also take `{"word":null}` for one, and speak of variants where
//! an object stands in the place of a word.
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Data, DeriveInput, Fields};

/// What such an enum expands to; nothing where the item is another one.
pub fn expand(item: &TokenStream) -> Option<TokenStream> {
    let input: DeriveInput = syn::parse2(item.clone()).ok()?;
    let Data::Enum(data) = &input.data else { return None };
    let is_plain = data.variants.iter().all(|variant| {
        matches!(variant.fields, Fields::Unit) && has_only(&variant.attrs, &["rename", "alias"])
    });
    if !is_plain || !input.generics.params.is_empty() || !has_only(&input.attrs, &["rename_all"]) {
        return None;
    }
    let (name, attributes) = (&input.ident, of_serde(&input.attrs));
    let variants = data.variants.iter().map(|variant| {
        let (name, attributes) = (&variant.ident, of_serde(&variant.attrs));
        quote! { #(#attributes)* #name }
    });
    let remote = name.to_string();
    Some(quote! {
        ::rp_sdk::__words! { #item }

        const _: () = {
            #[derive(::rp_sdk::__export::serde::Deserialize)]
            #[serde(crate = "::rp_sdk::__export::serde", remote = #remote, variant_identifier)]
            #(#attributes)*
            enum Word { #(#variants),* }

            impl<'de> ::rp_sdk::__export::serde::Deserialize<'de> for #name {
                fn deserialize<D: ::rp_sdk::__export::serde::Deserializer<'de>>(
                    deserializer: D,
                ) -> ::core::result::Result<Self, D::Error> {
                    Word::deserialize(deserializer)
                }
            }
        };
    })
}

fn of_serde(attributes: &[Attribute]) -> Vec<&Attribute> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("serde")).collect()
}

/// Whether serde is told nothing but these, each with a text.
fn has_only(attributes: &[Attribute], known: &[&str]) -> bool {
    of_serde(attributes).into_iter().all(|attribute| {
        let read = attribute.parse_nested_meta(|meta| {
            if !known.iter().any(|name| meta.path.is_ident(name)) {
                return Err(meta.error("another one"));
            }
            meta.value()?.parse::<syn::LitStr>().map(drop)
        });
        read.is_ok()
    })
}
