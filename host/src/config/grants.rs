//! The grants of an instance; those that make no sense are refused.

use super::fault::ConfigFault;
use super::known::Known;
use super::nearest::question;
use super::spans::item;
use crate::options::grants::{Grants, Right, covers};

/// Checks the grants of `instance`; the fault marks the entry.
pub fn check(instance: &str, granted: &Grants, known: &Known<'_>) -> Result<(), ConfigFault> {
    for right in Right::ALL {
        let patterns = granted.of(right);
        for (at, pattern) in patterns.iter().enumerate() {
            let checked = check_form(pattern)
                .and_then(|()| check_target(instance, right, pattern, known))
                .and_then(|()| check_repeats(right, &patterns[..at], pattern));
            let keys = ["instance", instance, "grants", right.as_str()];
            checked.map_err(|fault| ConfigFault { span: item(known.text, &keys, at), ..fault })?;
        }
    }
    Ok(())
}

fn check_form(pattern: &str) -> Result<(), ConfigFault> {
    let name = pattern.strip_suffix('*').map_or(pattern, |prefix| {
        if prefix.is_empty() { "any" } else { prefix.strip_suffix('.').unwrap_or("*") }
    });
    if !name.is_empty() && !name.contains('*') {
        return Ok(());
    }
    Err(ConfigFault::new(
        0..0,
        format!("\"{pattern}\" is not a grant"),
        "write a name, \"prefix.*\" for all that begin so, or \"*\" for all",
    ))
}

/// Refuses a grant that adds nothing: the operator must have meant something else.
fn check_repeats(right: Right, earlier: &[String], new: &str) -> Result<(), ConfigFault> {
    let is_covered = |pattern: &str, name: &str| covers(&[pattern.to_owned()], name);
    let Some(other) = earlier.iter().find(|old| is_covered(old, new) || is_covered(new, old)) else {
        return Ok(());
    };
    let right = right.as_str();
    let text = if other == new {
        format!("{right} grants \"{new}\" twice")
    } else if is_covered(other, new) {
        format!("{right} grants \"{new}\" beside \"{other}\", which covers it")
    } else {
        format!("{right} grants \"{new}\", which covers \"{other}\" beside it")
    };
    Err(ConfigFault::contradiction(0..0, text, "keep the one that you mean: the narrower one grants less"))
}

fn check_target(instance: &str, right: Right, name: &str, known: &Known<'_>) -> Result<(), ConfigFault> {
    if right != Right::Call {
        return Ok(());
    }
    if name == instance {
        let text = format!("{instance} is granted to call itself, which always fails with `reentrant`");
        return Err(ConfigFault::contradiction(0..0, text, "remove the grant"));
    }
    if name == "*" || known.instances.contains(&name) {
        return Ok(());
    }
    let text = format!("{instance} is granted to call {name}, and no instance has that name");
    let meant = question(name, known.instances.iter().copied());
    let help = format!("{meant}name one of {}, or add [instance.{name}]", known.instances.join(", "));
    Err(ConfigFault::contradiction(0..0, text, help))
}
