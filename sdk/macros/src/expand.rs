//! What `#[module]` writes: the implementation of the trait, and the exports.
use proc_macro2::TokenStream;
use quote::quote;
use syn::Result;

use crate::module::Module;
use crate::options::Options;
use crate::reach::{self, names};
use crate::role::Kind;
use crate::route::{Route, docs};

/// The block with what makes a module of it.
pub fn expand(options: TokenStream, block: TokenStream) -> Result<TokenStream> {
    module(&syn::parse2(options)?, &syn::parse2(block)?)
}

fn module(options: &Options, module: &Module) -> Result<TokenStream> {
    let routes = module.methods().map(Route::new).collect::<Result<Vec<_>>>()?;
    reach::check(options, &module.self_type, &routes)?;
    let implementation = implementation(options, module, &routes);
    let export = export(options, module, &routes);
    Ok(quote! { #module #implementation #export })
}

fn of<'r, 'a>(routes: &'r [Route<'a>], kind: Kind) -> impl Iterator<Item = &'r Route<'a>> {
    routes.iter().filter(move |route| route.kind() == kind)
}

fn implementation(options: &Options, module: &Module, routes: &[Route<'_>]) -> TokenStream {
    let self_type = &module.self_type;
    let (name, this) = match options.is_concurrent {
        true => (quote! { ConcurrentModule }, quote! { &self }),
        false => (quote! { Module }, quote! { &mut self }),
    };
    let fields = routes.iter().filter_map(|route| route.read_type()?.declaration());
    let methods = [
        Some(create(routes)),
        init(routes, &this),
        reads_arguments(routes),
        Some(command(routes, &this)),
        entities(routes, Kind::Query, &this),
        entities(routes, Kind::Mutation, &this),
        event(routes, &this),
        shutdown(routes, &this),
        Some(describe(options, routes, &this)),
        other(routes, &this),
    ];
    let methods = methods.iter().flatten();
    quote! {
        const _: () = {
            #(#fields)*
            #[automatically_derived]
            #[allow(unused_variables, clippy::all)]
            impl ::rp_sdk::#name for #self_type { #(#methods)* }
        };
    }
}

fn create(routes: &[Route<'_>]) -> TokenStream {
    let made = match of(routes, Kind::Create).next() {
        None => quote! { ::rp_sdk::__export::default::<Self>() },
        Some(route) => route.call(&TokenStream::new()),
    };
    quote! {
        fn create(__host: ::rp_sdk::Host) -> ::rp_sdk::Result<Self> {
            let __message = ::rp_sdk::__export::Created(__host);
            ::core::result::Result::Ok(#made)
        }
    }
}

fn init(routes: &[Route<'_>], this: &TokenStream) -> Option<TokenStream> {
    let call = of(routes, Kind::Init).next()?.call(&quote! { of_init(__message) });
    Some(quote! {
        fn init(#this, __message: &::rp_sdk::Message<'_>) -> ::rp_sdk::Result<()> {
            #call;
            ::core::result::Result::Ok(())
        }
    })
}

fn command(routes: &[Route<'_>], this: &TokenStream) -> TokenStream {
    let arms = of(routes, Kind::Command).map(|route| {
        let names = names(route);
        let answer = answer(route, &quote! { of_command(__command) });
        quote! { #(#names)|* => #answer, }
    });
    quote! {
        fn command(#this, __command: &::rp_sdk::Command<'_>, __reply: ::rp_sdk::Reply<'_>) -> ::rp_sdk::Answer {
            let __message = __command.message();
            match __command.name() {
                #(#arms)*
                _ => ::core::result::Result::Err(__command.unknown()),
            }
        }
    }
}

/// Names the commands whose arguments are read into a type before anything else.
fn reads_arguments(routes: &[Route<'_>]) -> Option<TokenStream> {
    let readers = of(routes, Kind::Command).filter(|route| route.reads_alone());
    let names: Vec<_> = readers.flat_map(names).collect();
    if names.is_empty() {
        return None;
    }
    Some(quote! {
        fn reads_arguments(__name: &str) -> bool {
            ::core::matches!(__name, #(#names)|*)
        }
    })
}

/// The call of a method, and its result as the response.
fn answer(route: &Route<'_>, read: &TokenStream) -> TokenStream {
    let call = route.call(read);
    if route.writes() {
        return call;
    }
    let seen_as = match route.kind() {
        Kind::Command => quote! { ::rp_sdk::__export::Returned },
        _ => quote! { ::rp_sdk::__export::Provided },
    };
    match route.result().data {
        None => quote! {{ #call; __reply.empty() }},
        Some(data) => quote! { <#data as #seen_as>::answer(&#call, __reply) },
    }
}

fn entities(routes: &[Route<'_>], kind: Kind, this: &TokenStream) -> Option<TokenStream> {
    of(routes, kind).next()?;
    let (method, parsed, body) = match kind {
        Kind::Query => (quote! { query }, quote! { Query }, quote! { __query }),
        _ => (quote! { mutation }, quote! { Mutation }, quote! { __mutation }),
    };
    let arms = of(routes, kind).map(|route| {
        let names = names(route);
        let answer = answer(route, &TokenStream::new());
        quote! { #(#names)|* => #answer, }
    });
    Some(quote! {
        fn #method(#this, __message: &::rp_sdk::Message<'_>, __reply: ::rp_sdk::Reply<'_>) -> ::rp_sdk::Answer {
            let #body = ::rp_sdk::protocol::#parsed::parse(__message.payload())?;
            match &*#body.entity {
                #(#arms)*
                __other => ::core::result::Result::Err(::rp_sdk::__export::not_provided(__other)),
            }
        }
    })
}

fn event(routes: &[Route<'_>], this: &TokenStream) -> Option<TokenStream> {
    of(routes, Kind::Event).next()?;
    let arms = of(routes, Kind::Event).map(|route| {
        let call = route.call(&quote! { of_event(&__event) });
        let patterns = names(route).into_iter().map(|name| match name.value().strip_suffix('*') {
            None => quote! { __name == #name },
            Some("") => quote! { true },
            Some(prefix) => quote! { __name.starts_with(#prefix) },
        });
        quote! { __name if #(#patterns)||* => { #call; } }
    });
    Some(quote! {
        fn event(#this, __message: &::rp_sdk::Message<'_>) -> ::rp_sdk::Result<()> {
            let __event = ::rp_sdk::protocol::Event::parse(__message.payload())?;
            match &*__event.event { #(#arms)* _ => {} }
            ::core::result::Result::Ok(())
        }
    })
}

fn shutdown(routes: &[Route<'_>], this: &TokenStream) -> Option<TokenStream> {
    let call = of(routes, Kind::Shutdown).next()?.call(&TokenStream::new());
    Some(quote! {
        fn shutdown(#this) -> ::rp_sdk::Result<()> {
            #call;
            ::core::result::Result::Ok(())
        }
    })
}

fn other(routes: &[Route<'_>], this: &TokenStream) -> Option<TokenStream> {
    let answer = answer(of(routes, Kind::Other).next()?, &TokenStream::new());
    Some(quote! {
        fn other(#this, __message: &::rp_sdk::Message<'_>, __reply: ::rp_sdk::Reply<'_>) -> ::rp_sdk::Answer {
            #answer
        }
    })
}

fn describe(options: &Options, routes: &[Route<'_>], this: &TokenStream) -> TokenStream {
    let commands = of(routes, Kind::Command).flat_map(|route| {
        let text = docs(&route.method.attributes);
        let args = match route.read_type() {
            Some(read) => {
                let read = read.as_trait();
                quote! { #read::schema() }
            }
            None => quote! { ::rp_sdk::__export::nothing() },
        };
        let returns = match (route.writes(), route.result().data) {
            (true, _) => quote! { ::rp_sdk::__export::any_result() },
            (false, None) => quote! { ::rp_sdk::__export::nothing() },
            (false, Some(data)) => quote! { <#data as ::rp_sdk::__export::Returned>::schema() },
        };
        let add = move |name| quote! { __description.command(#name, #text, #args, #returns); };
        names(route).into_iter().map(add).collect::<Vec<_>>()
    });
    let events = options.emits.iter().map(|event| quote! { __description.event::<#event>(); });
    quote! {
        fn describe(#this, __message: &::rp_sdk::Message<'_>, __reply: ::rp_sdk::Reply<'_>) -> ::rp_sdk::Answer {
            static __TEXT: ::std::sync::OnceLock<::std::string::String> = ::std::sync::OnceLock::new();
            __reply.success_json(__TEXT.get_or_init(|| {
                let mut __description = ::rp_sdk::__export::Description::default();
                #(#commands)*
                #(#events)*
                __description.text()
            }))
        }
    }
}

fn export(options: &Options, module: &Module, routes: &[Route<'_>]) -> TokenStream {
    let self_type = &module.self_type;
    let concurrent = options.is_concurrent.then(|| quote! { concurrent });
    let entry = options.entry.iter().map(|entry| quote! { entry = #entry, });
    let entities = of(routes, Kind::Query).chain(of(routes, Kind::Mutation)).flat_map(names);
    let provides = options.add("provides", entities);
    let subscribe = options.add("subscribe", of(routes, Kind::Event).flat_map(names));
    let manifest = options.manifest(&provides, &subscribe);
    quote! { ::rp_sdk::export!(#concurrent #self_type, #(#entry)* #manifest); }
}
