//! What the parameters of a method are read into.
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Type;

use crate::module::Param;
use crate::role::Kind;

/// The type that a message's arguments, data or configuration are read into.
pub enum ReadType<'a> {
    /// That of the one parameter for all of it.
    Whole(Kind, &'a Type),
    /// A struct of the named parameters.
    Fields(Fields<'a>),
}

/// The struct that `#[module]` makes of a method's named parameters.
pub struct Fields<'a> {
    pub method: &'a Ident,
    pub params: Vec<&'a Param>,
    pub is_strict: bool,
}

impl ReadType<'_> {
    /// The type, as the trait of the SDK that reads it.
    pub fn as_trait(&self) -> TokenStream {
        match self {
            ReadType::Whole(Kind::Init, read) => quote! { <#read as ::rp_sdk::__export::Config<'_>> },
            ReadType::Whole(_, read) => quote! { <#read as ::rp_sdk::__export::Whole<'_>> },
            ReadType::Fields(fields) => fields.as_trait(),
        }
    }

    /// The declaration of the type, where there is none yet.
    pub fn declaration(&self) -> Option<TokenStream> {
        match self {
            ReadType::Whole(..) => None,
            ReadType::Fields(fields) => Some(fields.declaration()),
        }
    }
}

impl Fields<'_> {
    fn name(&self) -> Ident {
        format_ident!("__fields_of_{}", self.method)
    }

    /// The type of a parameter stands in the signature only and is a parameter of the struct: in a field, each use in what
    /// serde and schemars derive would report a wrong one. An attribute of theirs may need the type itself.
    fn declaration(&self) -> TokenStream {
        let name = self.name();
        let strict = self.is_strict.then(|| quote! { #[serde(deny_unknown_fields)] });
        let generics: Vec<_> = self.free().map(|(generic, _)| generic).collect();
        let fields = self.params.iter().enumerate().map(|(at, param)| {
            let Param { attributes, name, param_type, .. } = param;
            let generic = generic(at);
            match is_free(param) {
                true => quote! { #(#attributes)* #name: #generic },
                false => quote! { #(#attributes)* #name: #param_type },
            }
        });
        quote! {
            ::rp_sdk::__args! {
                #strict #[allow(non_camel_case_types)] struct #name<#(#generics),*> { #(#fields),* }
            }
            impl<'de, #(#generics: ::rp_sdk::__export::Argument<'de>),*> ::rp_sdk::__export::Fields<'de>
                for #name<#(#generics),*>
            {
                fn of_command(__command: &::rp_sdk::Command<'de>) -> ::rp_sdk::Result<Self> {
                    ::rp_sdk::__export::Whole::of_command(__command)
                }
                fn of_event(__event: &::rp_sdk::protocol::Event<'de>) -> ::rp_sdk::Result<Self> {
                    ::rp_sdk::__export::Whole::of_event(__event)
                }
                fn schema() -> ::rp_sdk::__export::Value {
                    <Self as ::rp_sdk::__export::Whole<'de>>::schema()
                }
            }
        }
    }

    /// A wrong type is reported at the name of the method.
    fn as_trait(&self) -> TokenStream {
        let name = self.name();
        let types = self.free().map(|(_, param)| &param.param_type);
        quote_spanned! { self.method.span() => <#name<#(#types),*> as ::rp_sdk::__export::Fields<'_>> }
    }

    /// The parameters whose types are parameters of the struct.
    fn free(&self) -> impl Iterator<Item = (Ident, &Param)> {
        let params = self.params.iter().enumerate().filter(|(_, param)| is_free(param));
        params.map(|(at, param)| (generic(at), *param))
    }
}

fn generic(at: usize) -> Ident {
    format_ident!("__T{at}")
}

fn is_free(param: &Param) -> bool {
    param.attributes.iter().all(|attribute| attribute.path().is_ident("doc"))
}
