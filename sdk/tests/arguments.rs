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
