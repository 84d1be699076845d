//! Which rights an instance lacks: at each message that it sends, and when it is loaded.

use rp_protocol::{Manifest, code};

use crate::calls::instance::InstanceState;
use crate::error::ServiceError;
use crate::options::grants::{Grants, Right};

/// Checks that the sender has a right; the error names the missing grant.
pub(crate) fn demand(sender: &InstanceState, right: Right, name: &str) -> Result<(), ServiceError> {
    if sender.grants.allow(right, name) {
        return Ok(());
    }
    let (who, verb) = (&sender.name, right.as_str());
    Err(ServiceError::new(
        code::DENIED,
        format!("{who} may not {verb} {name}: the grant {verb}={name} is missing"),
    ))
}

/// One line about all that an instance requests but was not granted, with the grants to paste: as options of a command, and
/// for an rp.toml.
pub(crate) fn ungranted(instance: &str, manifest: &Manifest, grants: &Grants) -> Option<String> {
    let missing = grants.missing(manifest);
    if missing.is_empty() {
        return None;
    }
    let flags = |right| missing.of(right).iter().map(move |name| flag(right, name));
    let flags: Vec<_> = Right::ALL.into_iter().flat_map(flags).collect();
    Some(format!(
        "{instance} requests what is not granted; to grant it: --grant requested, or {}, or in rp.toml: grants = {}",
        flags.join(" "),
        missing.to_toml()
    ))
}

/// The option of the command, quoted if a shell would change it: the name comes from the module.
fn flag(right: Right, name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let right = right.as_str();
    if !name.is_empty() && name.chars().all(is_plain) {
        return format!("--grant {right}={name}");
    }
    format!("--grant '{right}={}'", name.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_granted_is_one_line_to_paste() {
        let names = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        let text = r#"{"name":"a","version":"1.0.0","protocol":"1.0","provides":["note"],
            "requests":{"call":["a","b","b"],"read":["*","it's; ls"]}}"#;
        let manifest = Manifest::parse(text).unwrap();
        let grants = Grants { call: names(&["a"]), ..Grants::default() };
        let expected = r#"i requests what is not granted; to grant it: --grant requested, or --grant 'read=*' --grant 'read=it'\''s; ls' --grant call=b --grant provide=note, or in rp.toml: grants = { read = ["*", "it's; ls"], call = ["b"], provide = ["note"] }"#;
        assert_eq!(ungranted("i", &manifest, &grants).as_deref(), Some(expected));
        let all = Grants {
            call: names(&["*"]),
            read: names(&["*"]),
            provide: names(&["note"]),
            ..Grants::default()
        };
        assert_eq!(ungranted("i", &manifest, &all), None);
    }
}
