//! The grants of an instance; those that make no sense are refused.

use toml::Spanned;

use super::fault::ConfigFault;
use super::file;
use super::known::Known;
use super::nearest::question;
use crate::options::grants::{Grants, Right};

/// Reads the grants of `instance`.
pub fn read(instance: &str, granted: &file::Grants, known: &Known<'_>) -> Result<Grants, ConfigFault> {
    let mut grants = Grants::default();
    for right in Right::ALL {
        let patterns = of(granted, right);
        for (at, pattern) in patterns.iter().enumerate() {
            check_form(pattern)?;
            if right == Right::Call {
                check_target(instance, pattern, known)?;
            }
            check_repeats(right, &patterns[..at], pattern)?;
            grants.grant(right, pattern.get_ref());
        }
    }
    Ok(grants)
}

fn of(granted: &file::Grants, right: Right) -> &[Spanned<String>] {
    match right {
        Right::Read => &granted.read,
        Right::Write => &granted.write,
        Right::Emit => &granted.emit,
        Right::Subscribe => &granted.subscribe,
        Right::Call => &granted.call,
        Right::Provide => &granted.provide,
    }
}

fn check_form(pattern: &Spanned<String>) -> Result<(), ConfigFault> {
    let name = pattern.get_ref().strip_suffix('*').map_or(pattern.get_ref().as_str(), |prefix| {
        if prefix.is_empty() { "any" } else { prefix.strip_suffix('.').unwrap_or("*") }
    });
    if !name.is_empty() && !name.contains('*') {
        return Ok(());
    }
    let text = format!("\"{}\" is not a grant", pattern.get_ref());
    Err(ConfigFault::new(
        pattern.span(),
        text,
        "write a name, \"prefix.*\" for all that begin so, or \"*\" for all",
    ))
}

/// Refuses a grant that adds nothing: the operator must have meant something else.
fn check_repeats(
    right: Right,
    earlier: &[Spanned<String>],
    pattern: &Spanned<String>,
) -> Result<(), ConfigFault> {
    let new = pattern.get_ref();
    let Some(other) = earlier.iter().map(Spanned::get_ref).find(|old| covers(old, new) || covers(new, old))
    else {
        return Ok(());
    };
    let right = right.as_str();
    let text = if other == new {
        format!("{right} grants \"{new}\" twice")
    } else if covers(other, new) {
        format!("{right} grants \"{new}\" beside \"{other}\", which covers it")
    } else {
        format!("{right} grants \"{new}\", which covers \"{other}\" beside it")
    };
    Err(ConfigFault::contradiction(
        pattern.span(),
        text,
        "keep the one that you mean: the narrower one grants less",
    ))
}

fn covers(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(prefix) => name.starts_with(prefix),
        None => pattern == name,
    }
}

fn check_target(instance: &str, pattern: &Spanned<String>, known: &Known<'_>) -> Result<(), ConfigFault> {
    let name = pattern.get_ref().as_str();
    if name == instance {
        let text = format!("{instance} is granted to call itself, which always fails with `reentrant`");
        return Err(ConfigFault::contradiction(pattern.span(), text, "remove the grant"));
    }
    if name == "*" || known.instances.contains(&name) {
        return Ok(());
    }
    let text = format!("{instance} is granted to call {name}, and no instance has that name");
    let meant = question(name, known.instances.iter().copied());
    let help = format!("{meant}name one of {}, or add [instance.{name}]", known.instances.join(", "));
    Err(ConfigFault::contradiction(pattern.span(), text, help))
}
