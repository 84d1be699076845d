//! Reads the `impl` block of `#[module]`. Only marked methods are looked into; the rest is kept as it is.
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Ident, Result, Token, Type, Visibility, braced, parenthesized, token};

use crate::role::{self, Role};

/// An `impl` block.
pub struct Module {
    attributes: Vec<Attribute>,
    pub self_type: Type,
    items: Vec<Item>,
}

enum Item {
    Kept(TokenStream),
    Method(Box<Method>),
}

/// A marked method.
pub struct Method {
    pub role: Role,
    pub attributes: Vec<Attribute>,
    visibility: Visibility,
    pub name: Ident,
    pub receiver: Option<Receiver>,
    pub params: Vec<Param>,
    pub output: Option<Type>,
    body: Group,
}

/// `&self` or `&mut self`.
pub struct Receiver {
    pub is_mut: bool,
    tokens: TokenStream,
}

/// A parameter beside the receiver. Its attributes go to the field that it becomes.
pub struct Param {
    pub attributes: Vec<Attribute>,
    mutability: Option<Token![mut]>,
    pub name: Ident,
    pub param_type: Type,
}

impl Module {
    pub fn methods(&self) -> impl Iterator<Item = &Method> {
        self.items.iter().filter_map(|item| match item {
            Item::Method(method) => Some(&**method),
            Item::Kept(_) => None,
        })
    }
}

impl Parse for Module {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        if !input.peek(Token![impl]) {
            return Err(input.error("#[module] stands on an `impl` block: impl Notes { … }"));
        }
        input.parse::<Token![impl]>()?;
        if input.peek(Token![<]) {
            return Err(input.error("a module cannot be generic: the host knows no Rust types"));
        }
        let self_type: Type = input.parse()?;
        if input.peek(Token![for]) {
            return Err(input.error("#[module] stands on `impl Notes { … }`, not on the impl of a trait"));
        }
        let content;
        braced!(content in input);
        let mut items = Vec::new();
        while !content.is_empty() {
            items.push(content.parse()?);
        }
        Ok(Module { attributes, self_type, items })
    }
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut attributes = input.call(Attribute::parse_outer)?;
        match role::take(&mut attributes)? {
            Some(role) => method(role, attributes, input).map(Box::new).map(Item::Method),
            None => {
                let rest = rest_of_item(input)?;
                Ok(Item::Kept(quote! { #(#attributes)* #rest }))
            }
        }
    }
}

/// Everything up to a semicolon or a block.
fn rest_of_item(input: ParseStream<'_>) -> Result<TokenStream> {
    let mut tokens = Vec::new();
    while !input.is_empty() {
        let is_last = input.peek(token::Brace) || input.peek(Token![;]);
        tokens.push(input.parse::<TokenTree>()?);
        if is_last {
            break;
        }
    }
    Ok(tokens.into_iter().collect())
}

fn method(role: Role, attributes: Vec<Attribute>, input: ParseStream<'_>) -> Result<Method> {
    let visibility = input.parse()?;
    if !input.peek(Token![fn]) {
        return Err(input.error(not_plain(&role, input.peek(Token![async]))));
    }
    input.parse::<Token![fn]>()?;
    let name: Ident = input.parse()?;
    if input.peek(Token![<]) {
        return Err(input.error(format!("`{name}` cannot be generic: messages carry JSON, no Rust types")));
    }
    let inside;
    parenthesized!(inside in input);
    let receiver = receiver(&inside)?;
    let params = inside.parse_terminated(Param::parse, Token![,])?;
    let output = if input.peek(Token![->]) {
        input.parse::<Token![->]>()?;
        Some(input.parse()?)
    } else {
        None
    };
    let body = input.parse()?;
    Ok(Method {
        role,
        attributes,
        visibility,
        name,
        receiver,
        params: params.into_iter().collect(),
        output,
        body,
    })
}

fn not_plain(role: &Role, is_async: bool) -> String {
    match is_async {
        true => "nobody polls a future here: a message is answered when its method returns. Take `async` away, and \
                 block on a runtime of your own: `self.runtime.block_on(…)`"
            .to_owned(),
        false => {
            let word = role.kind.word();
            format!("#[{word}] stands on a plain `fn`: not const, async, unsafe or extern")
        }
    }
}

fn receiver(input: ParseStream<'_>) -> Result<Option<Receiver>> {
    let text = "the receiver is `&self` or `&mut self`";
    if input.peek(Token![self]) || input.peek(Token![mut]) && input.peek2(Token![self]) {
        return Err(input.error(text));
    }
    let is_mut = input.peek2(Token![mut]) && input.peek3(Token![self]);
    if !input.peek(Token![&]) || !is_mut && !input.peek2(Token![self]) {
        return Ok(None);
    }
    let and: Token![&] = input.parse()?;
    let mutability: Option<Token![mut]> = input.parse()?;
    let this: Token![self] = input.parse()?;
    if !input.is_empty() {
        input.parse::<Token![,]>()?;
    }
    Ok(Some(Receiver { is_mut, tokens: quote! { #and #mutability #this } }))
}

impl Parse for Param {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let mutability = input.parse()?;
        let name = match input.peek(Token![_]) {
            true => input.call(Ident::parse_any)?,
            false => input.parse().map_err(|error| {
                syn::Error::new(
                    error.span(),
                    "a parameter here is a name and a type; take it apart in the body",
                )
            })?,
        };
        input.parse::<Token![:]>()?;
        Ok(Param { attributes, mutability, name, param_type: input.parse()? })
    }
}

impl ToTokens for Module {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Module { attributes, self_type, items } = self;
        tokens.extend(quote! { #(#attributes)* impl #self_type { #(#items)* } });
    }
}

impl ToTokens for Item {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Item::Kept(kept) => kept.to_tokens(tokens),
            Item::Method(method) => method.to_tokens(tokens),
        }
    }
}

impl ToTokens for Method {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Method { attributes, visibility, name, params, body, .. } = self;
        let receiver = self.receiver.iter().map(|receiver| &receiver.tokens);
        let params = params.iter().map(|Param { mutability, name, param_type, .. }| {
            quote! { #mutability #name: #param_type }
        });
        let all = receiver.cloned().chain(params);
        let output = self.output.iter();
        tokens.extend(quote! { #(#attributes)* #visibility fn #name(#(#all),*) #(-> #output)* #body });
    }
}

/// The block without our attributes, for when it cannot be expanded. It may not even be readable.
pub fn unmarked(block: TokenStream) -> TokenStream {
    let strip = |token| match token {
        TokenTree::Group(body) if body.delimiter() == Delimiter::Brace => {
            Group::new(Delimiter::Brace, without_marks(body.stream())).into()
        }
        token => token,
    };
    block.into_iter().map(strip).collect()
}

/// The inside of a block: our attributes go, and all of parameters, which only we take there.
fn without_marks(items: TokenStream) -> TokenStream {
    let mut kept: Vec<TokenTree> = Vec::new();
    for token in items {
        match token {
            TokenTree::Group(group) if follows_hash(&kept) && starts_with_mark(&group) => drop(kept.pop()),
            TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => {
                kept.push(Group::new(Delimiter::Parenthesis, without_attributes(group.stream())).into());
            }
            token => kept.push(token),
        }
    }
    kept.into_iter().collect()
}

fn without_attributes(params: TokenStream) -> TokenStream {
    let mut kept: Vec<TokenTree> = Vec::new();
    for token in params {
        match token {
            TokenTree::Group(group) if follows_hash(&kept) && group.delimiter() == Delimiter::Bracket => {
                drop(kept.pop());
            }
            token => kept.push(token),
        }
    }
    kept.into_iter().collect()
}

fn follows_hash(tokens: &[TokenTree]) -> bool {
    matches!(tokens.last(), Some(TokenTree::Punct(hash)) if hash.as_char() == '#')
}

fn starts_with_mark(group: &Group) -> bool {
    let first = group.stream().into_iter().next();
    group.delimiter() == Delimiter::Bracket
        && matches!(first, Some(TokenTree::Ident(name)) if role::is_mark(&name.to_string()))
}
