//! The data of an entity: which data is rejected, and the references in it.

use std::borrow::Cow;
use std::collections::HashSet;

use rp_protocol::code;

use super::names::{check_entity, check_id};
use super::path::Path;
use super::scan::{Scan, unescape};
use crate::error::ServiceError;

/// How deep data may nest; JSON parsers, serde_json among them, stop soon after.
const MAX_DEPTH: usize = 120;

/// Objects with more keys than this are checked for equal keys with a set.
const FEW_KEYS: usize = 16;

/// A reference in the data, `{"$ref":"ENTITY/ID"}`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Reference<'a> {
    pub(super) entity: Cow<'a, str>,
    pub(super) id: Cow<'a, str>,
}

impl Reference<'_> {
    pub(super) fn into_owned(self) -> Reference<'static> {
        Reference { entity: self.entity.into_owned().into(), id: self.id.into_owned().into() }
    }
}

/// Checks data before it is written, and finds its references with their places; each target once.
///
/// Equal keys in one object and strings that encode no text are rejected: filters and readers would disagree on them.
pub(super) fn check(data: &str) -> Result<Vec<(Reference<'_>, String)>, ServiceError> {
    let mut walk = Walk { scan: Scan::new(data), path: Vec::new(), found: Vec::new(), seen: HashSet::new() };
    walk.value()?;
    Ok(walk.found)
}

/// The references at a path: the one there, or those in the array there.
pub(super) fn references_at<'a>(path: &Path, data: &'a str) -> Vec<Reference<'a>> {
    let Some(value) = path.find(data) else { return Vec::new() };
    let mut scan = Scan::new(value);
    if scan.peek() != b'[' {
        return as_reference(value).into_iter().collect();
    }
    let mut found = Vec::new();
    scan.step();
    while scan.another(b']') {
        found.extend(as_reference(scan.value()));
    }
    found
}

/// The target of an object whose one key is `$ref`.
fn as_target(object: &str) -> Option<&str> {
    let mut scan = Scan::new(object);
    if scan.peek() != b'{' {
        return None;
    }
    scan.step();
    if !scan.another(b'}') || unescape(scan.key())? != "$ref" {
        return None;
    }
    let target = scan.value();
    if scan.another(b'}') { None } else { Some(target) }
}

fn as_reference(value: &str) -> Option<Reference<'_>> {
    read_target(as_target(value)?)
}

fn read_target(target: &str) -> Option<Reference<'_>> {
    let (entity, id) = match unescape(target)? {
        Cow::Borrowed(text) => {
            text.split_once('/').map(|(entity, id)| (Cow::Borrowed(entity), Cow::Borrowed(id)))
        }
        Cow::Owned(text) => {
            text.split_once('/').map(|(entity, id)| (entity.to_owned().into(), id.to_owned().into()))
        }
    }?;
    (check_entity(&entity).is_ok() && check_id(&id).is_ok()).then_some(Reference { entity, id })
}

enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

struct Walk<'a> {
    scan: Scan<'a>,
    path: Vec<Step<'a>>,
    found: Vec<(Reference<'a>, String)>,
    seen: HashSet<Reference<'a>>,
}

impl<'a> Walk<'a> {
    fn value(&mut self) -> Result<(), ServiceError> {
        match self.scan.peek() {
            b'{' => self.nested(Self::object),
            b'[' => self.nested(Self::array),
            b'"' => {
                let string = self.scan.value();
                unescape(string).map(|_| ()).ok_or_else(|| self.refuse("a string with half a surrogate pair"))
            }
            _ => {
                self.scan.value();
                Ok(())
            }
        }
    }

    fn nested(&mut self, walk: fn(&mut Self) -> Result<(), ServiceError>) -> Result<(), ServiceError> {
        if self.path.len() >= MAX_DEPTH {
            let text = format!("data: nests deeper than {MAX_DEPTH} levels");
            return Err(ServiceError::new(code::TOO_LARGE, text));
        }
        walk(self)
    }

    fn object(&mut self) -> Result<(), ServiceError> {
        let start = self.scan;
        self.scan.step();
        let mut keys = Keys::default();
        while self.scan.another(b'}') {
            let key = self.scan.key();
            let plain = unescape(key).ok_or_else(|| self.refuse("a key with half a surrogate pair"))?;
            self.path.push(Step::Key(key));
            if !keys.insert(plain) {
                return Err(self.refuse("this key is given more than once"));
            }
            self.value()?;
            self.path.pop();
        }
        if keys.is_reference() { self.reference(start) } else { Ok(()) }
    }

    fn array(&mut self) -> Result<(), ServiceError> {
        self.scan.step();
        let mut index = 0;
        while self.scan.another(b']') {
            self.path.push(Step::Index(index));
            self.value()?;
            self.path.pop();
            index += 1;
        }
        Ok(())
    }

    fn reference(&mut self, mut object: Scan<'a>) -> Result<(), ServiceError> {
        let target = as_target(object.value()).unwrap_or_default();
        let Some(reference) = read_target(target) else {
            return Err(self.refuse(
                "an object with the one key $ref is a reference: expected {\"$ref\":\"ENTITY/ID\"}",
            ));
        };
        if self.seen.insert(reference.clone()) {
            self.found.push((reference, self.place()));
        }
        Ok(())
    }

    fn refuse(&self, problem: &str) -> ServiceError {
        ServiceError::new(code::INVALID_PAYLOAD, format!("{}: {problem}", self.place()))
    }

    /// The current place as a JSON pointer, such as `data/a/0`.
    fn place(&self) -> String {
        self.path.iter().fold("data".to_owned(), |place, step| match step {
            Step::Key(key) => {
                let key = unescape(key).unwrap_or(Cow::Borrowed(key));
                place + "/" + &key.replace('~', "~0").replace('/', "~1")
            }
            Step::Index(index) => format!("{place}/{index}"),
        })
    }
}

/// The keys of one object.
#[derive(Default)]
struct Keys<'a> {
    few: Vec<Cow<'a, str>>,
    many: HashSet<Cow<'a, str>>,
}

impl<'a> Keys<'a> {
    /// Whether the key is new.
    fn insert(&mut self, key: Cow<'a, str>) -> bool {
        if self.many.is_empty() && self.few.len() < FEW_KEYS {
            let is_new = !self.few.contains(&key);
            self.few.push(key);
            return is_new;
        }
        self.many.extend(self.few.drain(..));
        self.many.insert(key)
    }

    fn is_reference(&self) -> bool {
        matches!(&self.few[..], [key] if key == "$ref")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references() {
        let data = r#"{"a":{"$ref":"person/1"},"b":[{"\u0024ref":"note/x\u0031"},{"$ref":"person/1"}],
            "c":{"$ref":"person/2","more":1},"d":{"ref":"person/3"},"e":"person/4"}"#;
        let found: Vec<_> = check(data)
            .unwrap()
            .into_iter()
            .map(|(to, place)| format!("{place} {}/{}", to.entity, to.id))
            .collect();
        assert_eq!(found, ["data/a person/1", "data/b/0 note/x1"]);
        let at = |path: &str| references_at(&Path::parse(path).unwrap(), data).len();
        assert_eq!((at("a"), at("b"), at("b.0"), at("c"), at("e"), at("none")), (1, 2, 1, 0, 0, 0));
    }

    #[test]
    fn refused() {
        let many: String = (0..40).map(|n| format!("\"k{n}\":0,")).collect();
        let deep = |levels: usize| format!("{{\"a\":{}{}}}", "[".repeat(levels), "]".repeat(levels));
        let cases: &[(String, &str)] = &[
            (r#"{"a":1,"\u0061":2}"#.into(), "data/a: this key is given more than once"),
            (r#"{"x":[0,{"a/b":1,"a/b":1}]}"#.into(), "data/x/1/a~1b: this key is given more than once"),
            (format!("{{{many}\"k3\":1}}"), "data/k3: this key is given more than once"),
            (r#"{"a":"\ud800"}"#.into(), "data/a: a string with half a surrogate pair"),
            (r#"{"a":{"\udc00":1}}"#.into(), "data/a: a key with half a surrogate pair"),
            (deep(120), "data: nests deeper than 120 levels"),
            (
                r##"{"a":{"$ref":"#/x"}}"##.into(),
                "data/a: an object with the one key $ref is a reference: expected {\"$ref\":\"ENTITY/ID\"}",
            ),
            (
                r#"{"a":{"$ref":1}}"#.into(),
                "data/a: an object with the one key $ref is a reference: expected {\"$ref\":\"ENTITY/ID\"}",
            ),
        ];
        for (data, expected) in cases {
            assert_eq!(check(data).unwrap_err().text, *expected);
        }
        assert!(check(&deep(119)).is_ok());
        assert!(check(r#"{"n":1e999,"s":"\ud83d\ude00"}"#).is_ok());
        assert!(check(&format!("{{{many}\"k\":1}}")).is_ok());
    }
}
