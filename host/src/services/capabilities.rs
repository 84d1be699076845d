//! Capabilities: the named rights that an operator grants an instance. Nothing is granted by default.

use rp_protocol::Requests;

/// What an instance may do. Each entry is a name, `prefix.*` or `*`.
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
}

impl Grants {
    /// Whether commands of `module` may be called.
    pub fn allows_call(&self, module: &str) -> bool {
        covers(&self.call, module)
    }
}

/// Whether one of the `granted` patterns covers a name, or a pattern as a whole.
fn covers(granted: &[String], wanted: &str) -> bool {
    granted.iter().any(|pattern| match pattern.strip_suffix('*') {
        Some(prefix) if prefix.is_empty() || prefix.ends_with('.') => wanted.starts_with(prefix),
        _ => pattern == wanted,
    })
}

/// What a manifest requests and nobody granted, as `call=NAME` and its like.
pub(crate) fn missing_grants(requests: &Requests, grants: &Grants) -> Vec<String> {
    let kinds = [
        ("read", &requests.read, &grants.read),
        ("write", &requests.write, &grants.write),
        ("emit", &requests.emit, &grants.emit),
        ("subscribe", &requests.subscribe, &grants.subscribe),
        ("call", &requests.call, &grants.call),
    ];
    let missing = |(kind, wanted, granted): (&str, &Vec<String>, &Vec<String>)| {
        let uncovered = wanted.iter().filter(|name| !covers(granted, name));
        uncovered.map(|name| format!("{kind}={name}")).collect::<Vec<_>>()
    };
    kinds.into_iter().flat_map(missing).collect()
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
    fn what_is_missing_is_named() {
        let requests =
            Requests { call: vec!["a".into(), "b".into()], read: vec!["*".into()], ..Requests::default() };
        let grants = Grants { call: vec!["a".into()], ..Grants::default() };
        assert_eq!(missing_grants(&requests, &grants), ["read=*", "call=b"]);
    }
}
