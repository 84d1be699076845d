//! Whole texts: trivet's corpus (95 valid, 186 invalid), its mutations, and what RFC 8259 leaves open.

use std::fs;

use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::cases::{Case, Expected, INVALID, OK, TOO_DEEP, operation};
use support::json_texts::json_texts;

pub fn cases(random: &mut fastrand::Rng) -> Vec<Case> {
    let files = files();
    let valid: Vec<_> = files.iter().filter(|(name, _)| name.starts_with("y_")).collect();
    let invalid: Vec<_> = files.iter().filter(|(name, _)| name.starts_with("n_")).collect();
    assert_eq!((valid.len(), invalid.len()), (95, 186), "trivet's corpus changed");
    let mut cases: Vec<Case> = valid.iter().flat_map(|(name, text)| valid_cases(name, text)).collect();
    cases.extend(invalid.iter().map(|(name, text)| {
        Case::new(name, operation::PARSE, text.clone(), Expected::Result(refused(text)))
    }));
    for (name, text) in &valid {
        cases.extend(
            (0..text.len()).map(|cut| expected_of(&format!("{name} cut at {cut}"), text[..cut].to_vec())),
        );
        cases.extend((0..60).map(|_| expected_of(&format!("{name} changed"), mutation(text, random))));
    }
    cases.extend(open_cases());
    cases
}

fn files() -> Vec<(String, Vec<u8>)> {
    let folder = json_texts(env!("RP_TARGET"));
    let mut files: Vec<_> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("the folder can be read"))
        .map(|entry| {
            (entry.file_name().into_string().expect("a plain name"), fs::read(entry.path()).expect("a file"))
        })
        .collect();
    files.sort();
    files
}

fn valid_cases(name: &str, text: &[u8]) -> Vec<Case> {
    let value: Box<RawValue> = serde_json::from_slice(text).expect("serde_json takes every valid file");
    let case = |operation, expected| Case::new(name, operation, text, expected);
    vec![
        case(operation::PARSE, Expected::Result(OK)),
        case(operation::REWRITE, Expected::Json(value.clone())),
        case(operation::REWRITE_GROWING, Expected::Json(value.clone())),
        case(operation::REWRITE_FIXED, Expected::Json(value)),
    ]
}

/// Files of nothing but opening brackets are refused for their depth, which comes before their end.
fn refused(text: &[u8]) -> u32 {
    let brackets = text.iter().filter(|byte| b"[{".contains(byte)).count();
    if brackets > 128 { TOO_DEEP } else { INVALID }
}

/// serde_json is the oracle; it looks at UTF-8 only in what it was given as text.
fn expected_of(about: &str, text: Vec<u8>) -> Case {
    let is_valid = str::from_utf8(&text).is_ok_and(|text| serde_json::from_str::<IgnoredAny>(text).is_ok());
    let result = if is_valid { OK } else { INVALID };
    Case::new(about, operation::PARSE, text, Expected::Result(result))
}

fn mutation(text: &[u8], random: &mut fastrand::Rng) -> Vec<u8> {
    const INTERESTING: &[u8] = b"\"\\/{}[]:,.-+eE0123456789untrfals \n\t\0\x1f\x7f\x80\xc0\xed\xa0\xf4\xff";
    let mut text = text.to_vec();
    for _ in 0..random.usize(1..4) {
        let byte = INTERESTING[random.usize(..INTERESTING.len())];
        let at = random.usize(..=text.len());
        match random.u8(..3) {
            0 => text.insert(at, byte),
            1 if at < text.len() => text[at] = byte,
            _ if at < text.len() => drop(text.remove(at)),
            _ => {}
        }
    }
    text
}

/// What the RFC leaves to the reader, and what this one does.
fn open_cases() -> Vec<Case> {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    let nested_objects = |depth: usize| r#"{"a":"#.repeat(depth) + "1" + &"}".repeat(depth);
    let parsed = [
        ("a byte order mark is refused", "\u{feff}{}".to_owned(), INVALID),
        ("128 arrays", nested(128), OK),
        ("129 arrays", nested(129), TOO_DEEP),
        ("128 objects", nested_objects(128), OK),
        ("129 objects", nested_objects(129), TOO_DEEP),
        ("128 arrays and a value", "[".repeat(128) + "1" + &"]".repeat(128), OK),
        ("many, but not in one another", format!("[{}[]]", "[],".repeat(1000)), OK),
        ("half a surrogate pair", r#""\ud800""#.to_owned(), OK),
        ("the halves in the wrong order", r#""\udc00\ud800""#.to_owned(), OK),
        ("an equal key twice", r#"{"a":1,"a":2}"#.to_owned(), OK),
        ("a number too large for a double", "[1e999]".to_owned(), OK),
        ("nothing at all", String::new(), INVALID),
    ];
    parsed
        .into_iter()
        .map(|(about, text, result)| Case::new(about, operation::PARSE, text, Expected::Result(result)))
        .collect()
}
