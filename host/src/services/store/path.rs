//! Paths into the data of an entity.

use std::fmt;

use super::scan::{Scan, unescape};

/// The longest path, in bytes.
const MAX_PATH_BYTES: usize = 1024;

/// The steps to a value in the data: each is a key, or an index if the value there is an array.
///
/// Written `place.county.0`, or as the JSON pointer `/place/county/0` if a key contains a dot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Path(Vec<String>);

impl Path {
    /// Parses a path; the error says what is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Path, &'static str> {
        if text.len() > MAX_PATH_BYTES {
            return Err("a path of more than 1024 bytes");
        }
        if let Some(pointer) = text.strip_prefix('/') {
            return pointer.split('/').map(unescape_pointer).collect::<Result<_, _>>().map(Path);
        }
        if text.split('.').any(str::is_empty) {
            return Err("an empty step in a path; a key that is empty or holds a dot needs the form /a/b");
        }
        Ok(Path(text.split('.').map(str::to_owned).collect()))
    }

    /// The value at the path.
    pub(super) fn find<'a>(&self, data: &'a str) -> Option<&'a str> {
        let mut scan = Scan::new(data);
        for step in &self.0 {
            let found = match scan.peek() {
                b'{' => to_member(&mut scan, step),
                b'[' => to_item(&mut scan, step),
                _ => false,
            };
            if !found {
                return None;
            }
        }
        Some(scan.value())
    }
}

fn unescape_pointer(step: &str) -> Result<String, &'static str> {
    let mut unescaped = String::with_capacity(step.len());
    let mut rest = step.chars();
    while let Some(character) = rest.next() {
        unescaped.push(match (character, if character == '~' { rest.next() } else { None }) {
            ('~', Some('0')) => '~',
            ('~', Some('1')) => '/',
            ('~', _) => return Err("a ~ in a JSON pointer that is neither ~0 nor ~1"),
            (other, _) => other,
        });
    }
    Ok(unescaped)
}

fn to_member(scan: &mut Scan<'_>, wanted: &str) -> bool {
    scan.step();
    while scan.another(b'}') {
        if is_key(scan.key(), wanted) {
            return true;
        }
        scan.value();
    }
    false
}

fn is_key(key: &str, wanted: &str) -> bool {
    let inner = key.get(1..key.len().saturating_sub(1)).unwrap_or_default();
    inner == wanted || (inner.contains('\\') && unescape(key).is_some_and(|key| key == wanted))
}

fn to_item(scan: &mut Scan<'_>, wanted: &str) -> bool {
    let Some(index) = index(wanted) else { return false };
    scan.step();
    for _ in 0..index {
        if !scan.another(b']') {
            return false;
        }
        scan.value();
    }
    scan.another(b']')
}

/// An index has digits only, and no leading zero, as in RFC 6901.
fn index(step: &str) -> Option<usize> {
    let canonical = step.bytes().all(|byte| byte.is_ascii_digit()) && (step == "0" || !step.starts_with('0'));
    if canonical { step.parse().ok() } else { None }
}

impl fmt::Display for Path {
    /// The canonical form, a JSON pointer.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|step| write!(out, "/{}", step.replace('~', "~0").replace('/', "~1")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values() {
        let data = r#"{"a":{"b":[10,{"c":"x"},[]]},"a.b":1,"":2,"x/y~":3,"\u006b\"":4,"0":{"00":5}}"#;
        let cases: &[(&str, Option<&str>)] = &[
            ("a", Some(r#"{"b":[10,{"c":"x"},[]]}"#)),
            ("a.b.0", Some("10")),
            ("a.b.1.c", Some("\"x\"")),
            ("a.b.2", Some("[]")),
            ("a.b.3", None),
            ("a.b.2.0", None),
            ("a.b.-1", None),
            ("a.b.00", None),
            ("a.b.99999999999999999999", None),
            ("a.b.c", None),
            ("a.b.0.c", None),
            ("z", None),
            ("/a/b/0", Some("10")),
            ("/a.b", Some("1")),
            ("/", Some("2")),
            ("/x~1y~0", Some("3")),
            ("k\"", Some("4")),
            ("0.00", Some("5")),
        ];
        for (path, expected) in cases {
            let path = Path::parse(path).unwrap();
            assert_eq!(path.find(data), *expected, "{path}");
            assert_eq!(Path::parse(&path.to_string()).unwrap(), path);
        }
    }

    #[test]
    fn broken_paths() {
        for path in ["", ".", "a.", ".a", "a..b", "/~", "/~2", &"a".repeat(1025)] {
            assert!(Path::parse(path).is_err(), "{path}");
        }
    }
}
