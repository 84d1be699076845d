//! What stands in the parentheses of `#[module(…)]`.
use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Ident, LitStr, Path, Result, Token, bracketed};

const LISTS: &[&str] = &["needs", "provides", "read", "write", "emit", "subscribe", "call"];

/// The options, in the order of the source.
#[derive(Default)]
pub struct Options {
    pub is_concurrent: bool,
    pub entry: Option<Ident>,
    /// Types of events that the module emits.
    pub emits: Vec<Path>,
    lists: Vec<(Ident, Vec<LitStr>)>,
}

impl Options {
    /// The values of a list.
    pub fn list(&self, name: &str) -> impl Iterator<Item = &LitStr> {
        self.lists.iter().filter(move |(key, _)| key == name).flat_map(|(_, values)| values)
    }

    /// Adds values to a list, those that it has already left out.
    pub fn add(&self, name: &str, more: impl Iterator<Item = LitStr>) -> Vec<LitStr> {
        let mut values: Vec<LitStr> = self.list(name).cloned().collect();
        for value in more {
            if values.iter().all(|known| known.value() != value.value()) {
                values.push(value);
            }
        }
        values
    }

    /// The keys for `export!`.
    pub fn manifest(&self, provides: &[LitStr], subscribe: &[LitStr]) -> TokenStream {
        let is_made = |key: &Ident| ["provides", "subscribe", "emit"].iter().any(|made| key == made);
        let rest = self.lists.iter().filter(|(key, _)| !is_made(key));
        let rest: TokenStream = rest.map(|(key, values)| quote! { #key = [#(#values),*], }).collect();
        let emit = self.add("emit", std::iter::empty());
        let emits = self.emits.iter().map(|event| quote! { <#event as ::rp_sdk::EventData>::NAME });
        let emit = emit.iter().map(|name| quote! { #name }).chain(emits);
        quote! { provides = [#(#provides),*], subscribe = [#(#subscribe),*], emit = [#(#emit),*], #rest }
    }
}

impl Parse for Options {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut options = Options::default();
        while !input.is_empty() {
            options.read(input)?;
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(options)
    }
}

impl Options {
    fn read(&mut self, input: ParseStream<'_>) -> Result<()> {
        let key: Ident = input.parse()?;
        if key == "concurrent" {
            self.is_concurrent = true;
            return Ok(());
        }
        let is_list = LISTS.iter().any(|list| key == list);
        if key != "entry" && key != "emits" && !is_list {
            return Err(syn::Error::new(key.span(), unknown(&key)));
        }
        if self.lists.iter().any(|(known, _)| *known == key) {
            return Err(syn::Error::new(key.span(), format!("`{key}` stands here twice")));
        }
        input.parse::<Token![=]>()?;
        if key == "entry" {
            self.entry = Some(input.parse()?);
            return Ok(());
        }
        if !input.peek(syn::token::Bracket) {
            let found: TokenTree = input.parse()?;
            let text = format!("write a list: {key} = [{found}]");
            return Err(syn::Error::new(found.span(), text));
        }
        let content;
        bracketed!(content in input);
        if is_list {
            let values = Punctuated::<LitStr, Token![,]>::parse_terminated(&content)?;
            self.lists.push((key, values.into_iter().collect()));
        } else {
            self.emits.extend(Punctuated::<Path, Token![,]>::parse_terminated(&content)?);
        }
        Ok(())
    }
}

fn unknown(key: &Ident) -> String {
    format!("unknown option `{key}`; there are concurrent, emits, entry, {}", LISTS.join(", "))
}
