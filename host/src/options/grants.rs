//! The rights that an operator grants an instance. Nothing is granted by default.

use rp_protocol::{Manifest, members};

/// What an instance may do. Each entry is a name, `prefix.*` or `*`. The default grants nothing.
///
/// ```
/// use rp_host::{Grants, Right};
///
/// let mut grants = Grants { read: vec!["person.*".into()], ..Grants::default() };
/// grants.grant(Right::Call, "research-log");
/// assert!(grants.allow(Right::Read, "person.name") && !grants.allow(Right::Write, "person.name"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(
        deny_unknown_fields,
        default,
        description = "What an instance may do: only what is named here. Each entry is a name, `prefix.*` or `*`."
    )
)]
pub struct Grants {
    /// Entities that it may query.
    pub read: Vec<String>,
    /// Entities that it may change.
    pub write: Vec<String>,
    /// Events that it may emit.
    pub emit: Vec<String>,
    /// Events that it may receive.
    pub subscribe: Vec<String>,
    /// Instances whose commands it may call.
    pub call: Vec<String>,
    /// Entities for which it may answer in place of the store.
    pub provide: Vec<String>,
}

members! {
    Grants {
        or_empty read,
        or_empty write,
        or_empty emit,
        or_empty subscribe,
        or_empty call,
        or_empty provide;
        others refused
    }
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

    pub(crate) fn requested(self, manifest: &Manifest) -> &[String] {
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

    /// What a manifest requests and these do not cover; each entry once.
    #[must_use]
    pub fn missing(&self, manifest: &Manifest) -> Grants {
        let mut missing = Grants::default();
        for right in Right::ALL {
            for name in right.requested(manifest) {
                if !self.allow(right, name) && !missing.of(right).contains(name) {
                    missing.grant(right, name);
                }
            }
        }
        missing
    }

    /// These and others. An entry that another one covers is left out.
    #[must_use]
    pub fn with(&self, others: &Grants) -> Grants {
        let mut all = Grants::default();
        for right in Right::ALL {
            let both = || self.of(right).iter().chain(others.of(right));
            for (at, name) in both().enumerate() {
                let is_covered = |(other_at, other): (usize, &String)| {
                    covers(std::slice::from_ref(other), name) && (other != name || other_at < at)
                };
                if !both().enumerate().any(is_covered) {
                    all.grant(right, name);
                }
            }
        }
        all
    }

    /// Whether nothing is granted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        Right::ALL.iter().all(|right| self.of(*right).is_empty())
    }

    /// The value of `grants` in an `rp.toml`: `{ read = ["note"], call = ["reader"] }`.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let rights = Right::ALL.into_iter().filter(|right| !self.of(*right).is_empty());
        // A text is quoted alike in JSON and in TOML.
        let quoted = |name: &String| serde_json::Value::from(name.as_str()).to_string();
        let names = |right| self.of(right).iter().map(quoted).collect::<Vec<_>>().join(", ");
        let keys: Vec<_> = rights.map(|right| format!("{} = [{}]", right.as_str(), names(right))).collect();
        if keys.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", keys.join(", ")) }
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

    /// The entries of one right.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(names: &[&str]) -> Grants {
        Grants { read: names.iter().map(ToString::to_string).collect(), ..Grants::default() }
    }

    #[test]
    fn together_nothing_is_granted_twice() {
        for (one, other, expected) in [
            (&["a"][..], &["b"][..], &["a", "b"][..]),
            (&["a.b", "c"], &["a.*"], &["c", "a.*"]),
            (&["*"], &["a.*"], &["*"]),
            (&["a"], &["a"], &["a"]),
        ] {
            assert_eq!(reads(one).with(&reads(other)), reads(expected));
        }
        assert_eq!(reads(&["a", "b\"c"]).to_toml(), r#"{ read = ["a", "b\"c"] }"#);
        assert_eq!((Grants::default().to_toml(), Grants::default().is_empty()), ("{}".into(), true));
    }

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
}
