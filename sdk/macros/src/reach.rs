//! What would compile into a module that no message reaches, or into a method that none does.
use syn::{Error, LitStr, Result, Type};

use crate::options::Options;
use crate::role::Kind;
use crate::route::Route;

/// Refuses it, and says what to do.
pub fn check(options: &Options, self_type: &Type, routes: &[Route<'_>]) -> Result<()> {
    for route in routes {
        check_receiver(options, route)?;
    }
    check_names(routes)?;
    check_lists(options, routes)?;
    let answers = |route: &Route<'_>| !matches!(route.kind(), Kind::Create | Kind::Init | Kind::Shutdown);
    if !routes.iter().any(answers) && options.emits.is_empty() {
        let text = "this module answers nothing: put #[command], #[query(\"…\")], #[mutation(\"…\")], #[on(\"…\")] or \
                    #[other] on a method";
        return Err(Error::new_spanned(self_type, text));
    }
    Ok(())
}

fn check_receiver(options: &Options, route: &Route<'_>) -> Result<()> {
    let text = match &route.method.receiver {
        Some(receiver) if options.is_concurrent && receiver.is_mut => {
            "a concurrent module answers on several threads at once: take `&self`"
        }
        Some(_) if route.kind() == Kind::Create => "#[create] makes the instance: it takes no self",
        _ => return Ok(()),
    };
    Err(Error::new(route.method.name.span(), text))
}

/// What the manifest says beside the methods is true of them.
fn check_lists(options: &Options, routes: &[Route<'_>]) -> Result<()> {
    let has = |kinds: &[Kind], fits: &dyn Fn(&str) -> bool| {
        let routes = routes.iter().filter(|route| kinds.contains(&route.kind()));
        routes.flat_map(names).any(|name| fits(&name.value()))
    };
    for name in options.list("subscribe") {
        let wanted = name.value();
        if !has(&[Kind::Event], &|heard| {
            takes(Kind::Event, heard, &wanted) || takes(Kind::Event, &wanted, heard)
        }) {
            let text = format!(
                "no method hears `{wanted}`: put #[on(\"{wanted}\")] on one, which also subscribes to it, or take it out \
                 of the list"
            );
            return Err(Error::new(name.span(), text));
        }
    }
    for name in options.list("provides") {
        let entity = name.value();
        if !has(&[Kind::Query, Kind::Mutation], &|provided| provided == entity) {
            let text = format!(
                "no method answers for `{entity}`: put #[query(\"{entity}\")] or #[mutation(\"{entity}\")] on one, which \
                 also provides it, or take it out of the list"
            );
            return Err(Error::new(name.span(), text));
        }
    }
    Ok(())
}

/// Every name is one, and no method before takes what is for a later one.
fn check_names(routes: &[Route<'_>]) -> Result<()> {
    let mut seen: Vec<(Kind, String)> = Vec::new();
    for route in routes {
        let kind = route.kind();
        if let Some(name) = route.method.role.names.iter().find(|name| name.value().is_empty()) {
            return Err(Error::new(name.span(), "an empty name is none: no message would have it"));
        }
        for name in names(route) {
            let before = seen.iter().find(|(seen, taken)| *seen == kind && takes(kind, taken, &name.value()));
            if let Some((_, taken)) = before {
                return Err(Error::new(name.span(), taken_text(kind, taken, &name.value())));
            }
            seen.push((kind, name.value()));
        }
    }
    Ok(())
}

/// Whether a name takes all that is for another: `note.*` is every event that begins so.
fn takes(kind: Kind, taken: &str, name: &str) -> bool {
    let prefix = taken.strip_suffix('*').filter(|_| kind == Kind::Event);
    prefix.map_or(taken == name, |prefix| name.starts_with(prefix))
}

fn taken_text(kind: Kind, taken: &str, name: &str) -> String {
    let word = kind.word();
    match name {
        "" => format!("there is a method with #[{word}] already"),
        name if name == taken => format!("`{name}` has a method with #[{word}] already"),
        name => format!(
            "`{name}` is never heard here: `{taken}` before it takes all of its events; put it behind"
        ),
    }
}

/// The names that a method answers to; an empty one where its kind has none.
pub fn names(route: &Route<'_>) -> Vec<LitStr> {
    let role = &route.method.role;
    match role.kind {
        _ if !role.names.is_empty() => role.names.clone(),
        Kind::Command => vec![LitStr::new(&unraw(&route.method.name), route.method.name.span())],
        _ => vec![LitStr::new("", role.span)],
    }
}

/// `type` of `r#type`.
fn unraw(name: &syn::Ident) -> String {
    name.to_string().trim_start_matches("r#").to_owned()
}
