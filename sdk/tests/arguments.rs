//! `#[module]` reads arguments without checking the payload first; what is answered must not show it.

use rp_sdk::test::Kit;
use rp_sdk::{Answer, Command, Error, Host, Module, Reply, Result, json, module};

#[rp_sdk::args]
struct Measure {
    text: String,
    #[serde(default)]
    times: Option<u64>,
}

impl Measure {
    fn answer(self) -> Result<u64> {
        let times = self.times.unwrap_or(1);
        times.checked_mul(self.text.len() as u64).ok_or_else(|| Error::invalid_payload("times: too many"))
    }
}

/// Reads the arguments at once.
#[derive(Default)]
struct Typed;

#[module]
impl Typed {
    #[command]
    fn measure(&self, args: Measure) -> Result<u64> {
        args.answer()
    }
}

/// Has the payload checked before.
struct Checked;

impl Module for Checked {
    fn create(_: Host) -> Result<Self> {
        Ok(Checked)
    }

    fn command(&mut self, command: &Command<'_>, reply: Reply<'_>) -> Answer {
        match command.name() {
            "measure" => reply.success(&command.args::<Measure>()?.answer()?),
            _ => Err(command.unknown()),
        }
    }
}

const USUAL: &str = r#"{"name":"measure","args":{"text":"a\u00e9é","times":3,"x":[{"y":"\n"},1e2]}}"#;

const OTHERS: &[&str] = &[
    r#"{"name":"measure","args":{"text":"a"},"args":{"text":"bc"}}"#,
    r#"{"name":"measure","args":{"text":"a"},"name":"sing"}"#,
    r#"{"name":"measure","args":{"text":"a"},"module":"other"}"#,
    r#"{"name":"measure","args":["a",2]}"#,
    r#"{"name":"measure","args":null}"#,
    r#"{"name":"measure","args":{}}"#,
    r#"{"name":"measure","args":}"#,
    r#"{"name":"measure","args":{"text":"a"}"#,
    r#"{"name":"measure","args":{"text":"a"}} "#,
    r#"{"name":"measure","args": {"text":"a"}}"#,
    r#"{"name":"measure","args":{"text":"a"}}}"#,
    r#"{"name":"measure","args":{"text":"a","x":"\ud800"}}"#,
    r#"{"name":"measure","args":{"text":"\ud800"}}"#,
    r#"{"name":"measure","args":{"text":"a","x":1e999}}"#,
    r#"{"name":"measure","args":{"text":"a","text":"b"}}"#,
    r#"{"name":"m\u0065asure","args":{"text":"a"}}"#,
    r#"{"args":{"text":"a"},"name":"measure"}"#,
    r#"{"name":"measure"}"#,
    r#"{"name":"measure","args":{"text":"a"}x}"#,
    "",
];

fn answers(payload: &str) -> [String; 2] {
    let ask = |mut kit: Kit| match kit.send("command", payload) {
        Ok(text) => text,
        Err(error) => error.to_string(),
    };
    [ask(Kit::ready::<Typed>(json!({}))), ask(Kit::ready::<Checked>(json!({})))]
}

#[test]
fn what_is_read_at_once_is_answered_as_ever() {
    assert!(answers(USUAL)[0].contains("15"), "{:?}", answers(USUAL));
    let deep =
        format!(r#"{{"name":"measure","args":{{"text":"a","x":{}{}}}}}"#, "[".repeat(200), "]".repeat(200));
    for payload in OTHERS.iter().copied().chain([USUAL, &deep]) {
        let [typed, checked] = answers(payload);
        assert_eq!(typed, checked, "{payload}");
    }
}

#[test]
fn no_edit_is_answered_otherwise() {
    let usual: Vec<char> = USUAL.chars().collect();
    for at in 0..usual.len() {
        for with in [None, Some('"'), Some('\\'), Some('}'), Some(','), Some('\u{1}'), Some('0'), Some(' ')] {
            let mut edited = usual.clone();
            edited.splice(at..=at, with);
            let payload: String = edited.into_iter().collect();
            let [typed, checked] = answers(&payload);
            assert_eq!(typed, checked, "{payload}");
        }
    }
}

#[rp_sdk::data]
#[serde(rename_all = "snake_case")]
enum Kind {
    Baptism,
    #[serde(alias = "wedding")]
    Marriage,
}

#[derive(Default)]
struct Kinds;

#[module(entry = kinds_v1)]
impl Kinds {
    #[command]
    fn name(&self, kind: Kind) -> Result<Kind> {
        Ok(kind)
    }
}

/// An enum without fields is a word: no object, as serde would have it, and no number.
#[test]
fn words_are_texts() {
    let mut kit = Kit::ready::<Kinds>(json!({}));
    let mut answer =
        |kind: &str| kit.send("command", &format!(r#"{{"name":"name","args":{{"kind":{kind}}}}}"#)).unwrap();
    for (kind, word) in [(r#""baptism""#, "baptism"), (r#""wedding""#, "marriage")] {
        assert_eq!(answer(kind), format!(r#"{{"status":"success","data":"{word}"}}"#), "{kind}");
    }
    for kind in ["{}", r#"{"baptism":null}"#, "[]", r#"["baptism"]"#, "0", "null", "true"] {
        assert!(answer(kind).contains(r#""error":"kind: expected a string""#), "{kind}: {}", answer(kind));
    }
    let other = answer(r#""burial""#);
    assert!(other.contains(r#""error":"kind: expected one of baptism, marriage"#), "{other}");
}

#[rp_sdk::args(strict)]
struct Choice {
    #[serde(default)]
    digits: u8,
}

#[derive(Default)]
struct Strict;

#[module(entry = strict_v1)]
impl Strict {
    #[command(strict)]
    fn named(&self, from: String, digits: Option<u8>) -> String {
        format!("{from} {digits:?}")
    }

    #[command("bare", strict)]
    fn nothing(&self) {}

    #[command]
    fn whole(&self, args: Choice) -> u8 {
        args.digits
    }

    #[command]
    fn passes_over(&self, digits: Option<u8>) -> Option<u8> {
        digits
    }
}

#[test]
fn strict_arguments_are_all_known() {
    let mut kit = Kit::ready::<Strict>(json!({}));
    let mut ask = |name: &str, args: serde_json::Value| {
        kit.command::<serde_json::Value>(name, args)
            .map_or_else(|error| error.to_string(), |data| data.to_string())
    };
    let cases = [
        ("named", json!({"from": "a", "digits": 2}), r#""a Some(2)""#),
        (
            "named",
            json!({"from": "a", "digts": 2}),
            "digts: unknown; expected one of from, digits (invalid_payload)",
        ),
        ("bare", json!({}), "{}"),
        ("bare", json!({"x": 1}), "x: unknown; nothing is known here (invalid_payload)"),
        ("whole", json!({"digts": 2}), "digts: unknown; expected one of digits (invalid_payload)"),
        ("passes_over", json!({"digts": 2}), "null"),
    ];
    for (name, args, expected) in cases {
        assert_eq!(ask(name, args), expected, "{name}");
    }
    let described = kit.describe().unwrap();
    let is_closed = |at: usize| described["commands"][at]["args"]["additionalProperties"] == json!(false);
    assert_eq!([0, 1, 2, 3].map(is_closed), [true, true, true, false], "{described}");
}

#[derive(Default)]
struct Own;

#[derive(Debug)]
struct OwnError(&'static str);

impl From<OwnError> for Error {
    fn from(error: OwnError) -> Error {
        Error::conflict(error.0)
    }
}

#[module(entry = own_v1)]
impl Own {
    #[command]
    fn fails(&self) -> Result<(), OwnError> {
        Err(OwnError("busy"))
    }

    #[command]
    fn panics(&self) {
        panic!("at {}", "once");
    }
}

/// The error type of a method is the author's own, and a panic is an error in a test.
#[test]
fn errors_of_the_authors_own_and_panics() {
    let mut kit = Kit::ready::<Own>(json!({}));
    let mut ask = |name: &str| kit.command::<()>(name, json!({})).unwrap_err().to_string();
    assert_eq!(ask("fails"), "busy (conflict)");
    assert_eq!(ask("panics"), "panicked: at once (panic)");
    assert_eq!(ask("fails"), "panicked: at once (panic)");
}
