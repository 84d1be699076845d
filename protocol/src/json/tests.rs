use std::collections::{BTreeMap, HashMap};
use std::fmt::{self, Debug};
use std::io;
use std::net::IpAddr;

use proptest::prelude::*;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use serde_json::{Map, Number, Value, json};

use super::to_writer;

/// What is written is what serde_json writes, and so is the error.
#[track_caller]
fn check(value: &(impl Serialize + ?Sized)) {
    let mut ours = Vec::new();
    let written = to_writer(&mut ours, value).map(|()| String::from_utf8(ours).unwrap());
    match (written, serde_json::to_string(value)) {
        (Ok(ours), Ok(expected)) => assert_eq!(ours, expected),
        (ours, expected) => assert_eq!(shown(ours), shown(expected)),
    }
}

fn shown<T: Debug>(result: serde_json::Result<T>) -> Result<T, String> {
    result.map_err(|error| error.to_string())
}

#[derive(Serialize)]
struct Unit;
#[derive(Serialize, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct New<T>(T);
#[derive(Serialize)]
struct Pair(u8, &'static str);
#[derive(Serialize)]
struct Empty {}

#[derive(Serialize)]
struct Record<'a> {
    #[serde(rename = "a \"name\"\n that is longer than a block of bytes")]
    name: &'a str,
    none: Option<u8>,
    some: Option<Option<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    skipped: Option<u8>,
    #[serde(flatten)]
    rest: BTreeMap<String, Value>,
    raw: &'a RawValue,
    pair: Pair,
    nothing: (),
}

#[derive(Clone, Copy, Serialize, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Word {
    #[serde(rename = "a \"word\"")]
    One,
    Two,
}

#[derive(Serialize)]
enum Any<'a> {
    Unit,
    New(&'a str),
    Tuple(u8, &'a str),
    Struct { a: u8, b: &'a str },
    Empty {},
}

#[derive(Serialize)]
#[serde(tag = "kind")]
enum Tagged<'a> {
    Named { text: &'a str },
}

struct Bytes(&'static [u8]);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

struct Failing;

impl Serialize for Failing {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("it has no form"))
    }
}

struct Shown(&'static str);

impl Serialize for Shown {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|part| write!(out, "{part}"))
    }
}

#[test]
fn every_form_is_written_as_serde_json_does() {
    let raw = RawValue::from_string("{\"a\" : [1, \"\\u00e9\"]}".to_owned()).unwrap();
    check(&(u8::MAX, i8::MIN, u16::MAX, i16::MIN, u32::MAX, i32::MIN, u64::MAX, i64::MIN));
    check(&(u128::MAX, i128::MIN, 0, 1.0f32, 0.1f32, 1e300, -0.0, f64::NAN, f32::INFINITY));
    check(&(true, false, 'x', '"', 'é', "", ()));
    check(&(Unit, New("a\"b"), Pair(1, "x"), Empty {}, Some(1), None::<u8>));
    check(&(&raw, New(&raw), Some(&raw), [&raw, &raw]));
    check(&[Word::One, Word::Two]);
    check(&[Any::Unit, Any::New("\\"), Any::Tuple(1, "\t"), Any::Struct { a: 1, b: "x" }, Any::Empty {}]);
    check(&(Tagged::Named { text: "y" }, Bytes(b"\0\xff\""), Bytes(b""), Shown("a \"b\"\n"), Shown("")));
    check(&("1.2.3.4".parse::<IpAddr>().unwrap(), std::time::Duration::from_millis(5)));
    check(&(Vec::<u8>::new(), [[1, 2], [3, 4]], [[(); 0]; 2], [Some("x"), None]));
    check(&(Failing, 1));
    check(&[json!({"a": [1, null, {"b": "c\u{8}\u{c}\r"}]}), json!("\u{7f}\u{80}\u{2028}"), json!([])]);
    check(&Number::from_f64(1.5));
    let rest = BTreeMap::from([("x\u{1}".to_owned(), json!(1)), ("y".to_owned(), json!({}))]);
    let some = Some(Some("s"));
    check(&Record {
        name: "n\0",
        none: None,
        some,
        skipped: None,
        rest,
        raw: &raw,
        pair: Pair(2, "p"),
        nothing: (),
    });
}

#[test]
fn every_key_is_written_as_serde_json_does() {
    check(&HashMap::from([("a \"b\"", 1)]));
    check(&HashMap::from([(String::new(), ())]));
    check(&HashMap::from([(New("x"), 1)]));
    check(&BTreeMap::from([(Word::One, Word::Two), (Word::Two, Word::One)]));
    check(&BTreeMap::from([('"', 1), ('é', 2)]));
    check(&BTreeMap::from([(true, 1), (false, 2)]));
    check(&BTreeMap::from([(i8::MIN, 1), (0, 2)]));
    check(&BTreeMap::from([(u128::MAX, 1), (0, 2)]));
    check(&BTreeMap::from([(New(7_i64), 1)]));
    check(&BTreeMap::from([(Some("x"), 1)]));
    check(&BTreeMap::from([(Some(1), 1)]));
    check(&BTreeMap::from([(None::<u8>, 1)]));
    check(&BTreeMap::from([((), 1)]));
    check(&BTreeMap::from([((1, 2), 1)]));
    check(&BTreeMap::from([([1], 1)]));
    check(&BTreeMap::from([("1.2.3.4".parse::<IpAddr>().unwrap(), 1)]));
    check(&Map::from_iter([("k".to_owned(), json!({"\"": 1}))]));
}

#[test]
fn every_byte_of_a_text_is_written_wherever_it_stands() {
    for len in (0..40).chain([63, 64, 65, 80, 127, 130, 200]) {
        for at in 0..=len {
            for put in [
                "",
                "\"",
                "\\",
                "\n",
                "\0",
                "\u{1f}",
                " ",
                "!",
                "#",
                "[",
                "]",
                "\u{7f}",
                "é",
                "\"\\\u{8}\u{c}\r\t",
            ] {
                check(&format!("{}{put}{}", "x".repeat(at), "\u{80}".repeat(len - at)));
                check(&format!("{}{put}{}", "\n".repeat(at), "y".repeat(len - at)));
            }
        }
    }
    for byte in 0..=127 {
        for len in 0..20 {
            check(&format!("{}{}{}", "x".repeat(len), char::from(byte), "y".repeat(20 - len)));
            check(&format!("{}{}", "x".repeat(len), char::from(byte)));
        }
    }
}

/// Room for so many bytes.
struct Room(usize);

impl io::Write for Room {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_writer_that_fails_fails_the_value() {
    let value = json!({"key": ["a text that is longer than one block", {"b\"": 1}], "c": null, "d": true});
    let raw = RawValue::from_string("[1]".to_owned()).unwrap();
    let all = (value, raw, 'x', Any::Struct { a: 1, b: "x" }, BTreeMap::from([(1, 2)]));
    let len = serde_json::to_string(&all).unwrap().len();
    for room in 0..len {
        let error = to_writer(Room(room), &all).unwrap_err();
        assert_eq!(error.io_error_kind(), Some(io::ErrorKind::StorageFull), "{room}");
    }
    assert!(to_writer(Room(len), &all).is_ok());
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<String>().prop_map(Value::from),
        "[ -~\\x00-\\x1f]{0,100}".prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|map| Value::from(Map::from_iter(map))),
        ]
    })
}

proptest! {
    #[test]
    fn any_value_is_written_as_serde_json_does(value in any_value()) {
        check(&value);
    }
}
