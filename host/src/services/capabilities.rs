//! Capabilities: the named rights that an operator grants an instance. Nothing is granted by default.

use rp_protocol::{Manifest, code};
use serde_json::Value;

use super::Refusal;
use crate::instance::Inner;

/// What an instance may do. Each entry is a name, `prefix.*` or `*`.
///
/// ```
/// use rp_host::{Grants, Right};
///
/// let mut grants = Grants { read: vec!["person.*".into()], ..Grants::default() };
/// grants.grant(Right::Call, "research-log");
/// assert!(grants.allow(Right::Read, "person.name") && !grants.allow(Right::Write, "person.name"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grants {
    /// Entities that it may query.
    pub read: Vec<String>,
    /// Entities that it may change.
    pub write: Vec<String>,
    /// Events that it may emit.
    pub emit: Vec<String>,
    /// Events that it may receive.
    pub subscribe: Vec<String>,
    /// Modules whose commands it may call.
    pub call: Vec<String>,
    /// Entities that it may answer for, in place of the store.
    pub provide: Vec<String>,
}

/// A kind of right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Right {
    /// To query entities.
    Read,
    /// To change entities.
    Write,
    /// To emit events.
    Emit,
    /// To receive events.
    Subscribe,
    /// To call the commands of modules.
    Call,
    /// To answer for entities, in place of the store.
    Provide,
}

impl Right {
    /// Every kind, in the order of the documentation.
    pub const ALL: [Right; 6] =
        [Right::Read, Right::Write, Right::Emit, Right::Subscribe, Right::Call, Right::Provide];

    /// The word in a manifest, a configuration and `--grant`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Right::Read => "read",
            Right::Write => "write",
            Right::Emit => "emit",
            Right::Subscribe => "subscribe",
            Right::Call => "call",
            Right::Provide => "provide",
        }
    }

    fn requested(self, manifest: &Manifest) -> &[String] {
        let requests = &manifest.requests;
        match self {
            Right::Read => &requests.read,
            Right::Write => &requests.write,
            Right::Emit => &requests.emit,
            Right::Subscribe => &requests.subscribe,
            Right::Call => &requests.call,
            Right::Provide => &manifest.provides,
        }
    }
}

impl Grants {
    /// Whether the right is granted for that name.
    #[must_use]
    pub fn allow(&self, right: Right, name: &str) -> bool {
        covers(self.of(right), name)
    }

    /// Adds a grant: a name, `prefix.*` or `*`.
    pub fn grant(&mut self, right: Right, pattern: impl Into<String>) {
        let patterns = match right {
            Right::Read => &mut self.read,
            Right::Write => &mut self.write,
            Right::Emit => &mut self.emit,
            Right::Subscribe => &mut self.subscribe,
            Right::Call => &mut self.call,
            Right::Provide => &mut self.provide,
        };
        patterns.push(pattern.into());
    }

    /// What is granted of one kind.
    #[must_use]
    pub fn of(&self, right: Right) -> &[String] {
        match right {
            Right::Read => &self.read,
            Right::Write => &self.write,
            Right::Emit => &self.emit,
            Right::Subscribe => &self.subscribe,
            Right::Call => &self.call,
            Right::Provide => &self.provide,
        }
    }
}

/// Whether one of the `granted` patterns covers a name, or a pattern as a whole.
pub(crate) fn covers(granted: &[String], wanted: &str) -> bool {
    granted.iter().any(|pattern| match pattern.strip_suffix('*') {
        Some(prefix) if prefix.is_empty() || prefix.ends_with('.') => wanted.starts_with(prefix),
        _ => pattern == wanted,
    })
}

/// Refuses, and names the grant that is missing.
pub(crate) fn demand(sender: &Inner, right: Right, name: &str) -> Result<(), Refusal> {
    if sender.grants.allow(right, name) {
        return Ok(());
    }
    let (who, verb) = (&sender.name, right.as_str());
    Err(Refusal::new(
        code::DENIED,
        format!("{who} may not {verb} {name}: the grant {verb}={name} is missing"),
    ))
}

/// What a manifest requests and nobody granted; each entry once, by right.
fn missing(manifest: &Manifest, grants: &Grants) -> Grants {
    let mut missing = Grants::default();
    for right in Right::ALL {
        for name in right.requested(manifest) {
            if !grants.allow(right, name) && !missing.of(right).contains(name) {
                missing.grant(right, name);
            }
        }
    }
    missing
}

/// One line about all that an instance requests and was not granted, with what grants it: to be pasted behind a command,
/// or into an rp.toml.
pub(crate) fn ungranted(instance: &str, manifest: &Manifest, grants: &Grants) -> Option<String> {
    let missing = missing(manifest, grants);
    let rights = || Right::ALL.into_iter().filter(|right| !missing.of(*right).is_empty());
    let flags = rights().flat_map(|right| missing.of(right).iter().map(move |name| flag(right, name)));
    let flags = flags.collect::<Vec<_>>().join(" ");
    let keys = rights().map(|right| format!("{} = [{}]", right.as_str(), quoted(missing.of(right))));
    let keys = keys.collect::<Vec<_>>().join(", ");
    (!flags.is_empty()).then(|| {
        format!("{instance} requests what is not granted; to grant it: {flags}, or in rp.toml: grants = {{ {keys} }}")
    })
}

/// As TOML writes strings, and JSON too.
fn quoted(names: &[String]) -> String {
    names.iter().map(|name| Value::from(name.as_str()).to_string()).collect::<Vec<_>>().join(", ")
}

/// Quoted where a shell would make something else of it: the name is the module's.
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
    fn patterns() {
        let cases: &[(&[&str], &str, bool)] = &[
            (&[], "a", false),
            (&["a"], "a", true),
            (&["a"], "ab", false),
            (&["a"], "", false),
            (&["*"], "anything", true),
            (&["a.*"], "a.b", true),
            (&["a.*"], "a.b.c", true),
            (&["a.*"], "a", false),
            (&["a.*"], "ab", false),
            (&["a.*"], "a.*", true),
            (&["*"], "a.*", true),
            (&["a.b"], "a.*", false),
            (&["a*"], "ab", false),
        ];
        for (granted, wanted, expected) in cases {
            let granted: Vec<String> = granted.iter().map(ToString::to_string).collect();
            assert_eq!(covers(&granted, wanted), *expected, "{granted:?} {wanted}");
        }
    }

    #[test]
    fn what_is_not_granted_is_one_line_to_paste() {
        let names = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        let text = r#"{"name":"a","version":"1.0.0","protocol":"1.0","provides":["note"],
            "requests":{"call":["a","b","b"],"read":["*","it's; ls"]}}"#;
        let manifest = Manifest::parse(text).unwrap();
        let grants = Grants { call: names(&["a"]), ..Grants::default() };
        let expected = r#"i requests what is not granted; to grant it: --grant 'read=*' --grant 'read=it'\''s; ls' --grant call=b --grant provide=note, or in rp.toml: grants = { read = ["*", "it's; ls"], call = ["b"], provide = ["note"] }"#;
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
