//! The lines of a recording.

use std::borrow::Cow;
use std::collections::HashMap;

use rp_protocol::members;
use rp_protocol::members::{Rest, Text, skip};
use serde_core::Deserialize;
use serde_core::de::{Error, MapAccess};
use serde_json::value::RawValue;

/// What begins every line that is no message.
const OTHER: &str = "{\"rp\":";

/// A line, as far as it takes to play it again.
pub(crate) enum Line {
    Head(Head),
    Module(Box<ModuleLine>),
    Unanswered(Unanswered),
    Unplaced(Unplaced),
    Message(Box<Recorded>),
    /// Of a kind that nothing here needs.
    Other,
}

/// The first line.
#[derive(Debug)]
pub(crate) struct Head {
    pub(crate) version: u32,
    /// None: it is a trace alone.
    pub(crate) recording: Option<u32>,
}

members! { reads Head { required version, optional recording } }

/// An instance that was created.
#[derive(Debug)]
pub(crate) struct ModuleLine {
    pub(crate) instance: String,
    pub(crate) module: String,
    pub(crate) manifest: String,
    pub(crate) given: GivenAgain,
}

members! { reads ModuleLine { required instance, required module, required manifest; rest given } }

/// What the sender of a message got in place of a response.
#[derive(Debug)]
pub(crate) struct Unanswered {
    pub(crate) id: u64,
    pub(crate) code: Option<String>,
    pub(crate) error: Option<String>,
}

members! { reads Unanswered { required id, optional code, optional error } }

/// What a thread of an instance did that handled no message.
#[derive(Debug)]
pub(crate) struct Unplaced {
    pub(crate) instance: String,
    pub(crate) what: String,
}

members! { reads Unplaced { required instance, required what } }

/// A message with its response.
#[derive(Debug)]
pub(crate) struct Recorded {
    pub(crate) start_ns: u64,
    pub(crate) id: u64,
    pub(crate) cause: u64,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) message_type: String,
    pub(crate) payload: String,
    pub(crate) outcome: String,
    pub(crate) response: String,
    pub(crate) given: GivenAgain,
}

members! {
    reads Recorded {
        or_empty start_ns,
        required id,
        required cause,
        required from,
        required to,
        required message_type as "type",
        required payload,
        required outcome,
        required response;
        rest given
    }
}

/// What an instance got meanwhile.
#[derive(Debug, Default)]
pub(crate) struct GivenAgain {
    /// None: no module was entered.
    pub(crate) turn: Option<u64>,
    pub(crate) now_us: Vec<i64>,
    pub(crate) random: Hex,
    pub(crate) cancelled: Option<u64>,
}

impl<'de> Rest<'de> for GivenAgain {
    fn take<A: MapAccess<'de>>(&mut self, key: &str, members: &mut A) -> Result<(), A::Error> {
        match key {
            "turn" => self.turn = once("turn", self.turn.is_some(), members)?,
            "now" => self.now_us = once("now", !self.now_us.is_empty(), members)?,
            "random" => {
                let text: Text<'_> = once("random", !self.random.0.is_empty(), members)?;
                self.random = Hex::read(&text.0).map_err(A::Error::custom)?;
            }
            "cancelled" => self.cancelled = once("cancelled", self.cancelled.is_some(), members)?,
            _ => skip(members)?,
        }
        Ok(())
    }
}

/// A value that does not take the place of one that is known.
fn once<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
    key: &'static str,
    is_known: bool,
    members: &mut A,
) -> Result<T, A::Error> {
    if is_known {
        return Err(A::Error::duplicate_field(key));
    }
    members.next_value()
}

/// Bytes in hexadecimal digits.
#[derive(Debug, Default)]
pub(crate) struct Hex(pub(crate) Vec<u8>);

impl Hex {
    fn read(text: &str) -> Result<Self, &'static str> {
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let pairs = text.as_bytes().chunks(2).map(|pair| match pair {
            [high, low] => Some(digit(*high)? * 16 + digit(*low)?),
            _ => None,
        });
        pairs.collect::<Option<_>>().map(Hex).ok_or("`random` is no text of hexadecimal digits")
    }
}

impl Line {
    /// Reads a line.
    pub(crate) fn read(text: &str) -> Result<Self, serde_json::Error> {
        if !text.starts_with(OTHER) {
            return serde_json::from_str(text).map(|recorded| Line::Message(Box::new(recorded)));
        }
        struct Kind<'a> {
            rp: Cow<'a, str>,
        }
        members! { reads Kind<'a> { text rp } }
        let kind: Kind<'_> = serde_json::from_str(text)?;
        match &*kind.rp {
            "trace" => serde_json::from_str(text).map(Line::Head),
            "module" => serde_json::from_str(text).map(|line| Line::Module(Box::new(line))),
            "unanswered" => serde_json::from_str(text).map(Line::Unanswered),
            "unplaced" => serde_json::from_str(text).map(Line::Unplaced),
            _ => Ok(Line::Other),
        }
    }
}

impl Recorded {
    /// What the error of a message calls it: type, and the name of a command or an event.
    pub(crate) fn label(&self) -> String {
        label(&self.message_type, &self.payload)
    }
}

/// Type, and the name of a command or an event, or the entity.
pub(crate) fn label(message_type: &str, payload: &str) -> String {
    let key = ["command", "event", "query", "mutation"].contains(&message_type);
    let named: Option<HashMap<Cow<'_, str>, &RawValue>> = serde_json::from_str(payload).ok();
    let name =
        named.and_then(|named| ["name", "event", "entity"].iter().find_map(|key| named.get(*key).copied()));
    match name.and_then(|name| serde_json::from_str::<String>(name.get()).ok()) {
        Some(name) if key => format!("{message_type} {name}"),
        _ => message_type.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_or_refused() {
        const MESSAGE: &str = r#"{"start_ns":1,"id":2,"cause":3,"from":"a","to":"b","type":"command","payload":"{}","outcome":"success","response":"{}","thread":4"#;
        let message = |more: &str| format!("{MESSAGE}{more}}}");
        let cases = [
            (message(""), "2 3 a>b command {} success {} - [] [] -"),
            (
                message(r#","turn":5,"now":[6,-7],"random":"00ff","cancelled":8"#),
                "2 3 a>b command {} success {} 5 [6, -7] [0, 255] 8",
            ),
            (message(r#","turn":null,"cancelled":null"#), "2 3 a>b command {} success {} - [] [] -"),
            (MESSAGE.replace("\"id\":2,", "") + "}", "missing field `id`"),
            (MESSAGE.replace("\"start_ns\":1,", "") + "}", "2 3 a>b command {} success {} - [] [] -"),
            (message(r#","id":2"#), "duplicate field `id`"),
            (message(r#","turn":1,"turn":1"#), "duplicate field `turn`"),
            (message(r#","now":[1],"now":[]"#), "duplicate field `now`"),
            (message(r#","random":"00","random":1"#), "duplicate field `random`"),
            (message(r#","cancelled":1,"cancelled":null"#), "duplicate field `cancelled`"),
            (
                MESSAGE.replace("\"from\":\"a\"", "\"from\":null") + "}",
                "invalid type: null, expected a string",
            ),
            (message(r#","random":"0g""#), "`random` is no text of hexadecimal digits"),
            (message(r#","random":"000""#), "`random` is no text of hexadecimal digits"),
            (message(r#","random":1"#), "invalid type: integer `1`, expected a string"),
            (message(r#","turn":-1"#), "invalid value: integer `-1`, expected u64"),
            (message(r#","now":null"#), "invalid type: null, expected a sequence"),
            ("null".to_owned(), "invalid type: null, expected struct Recorded"),
            (r#"{"rp":"trace","version":2,"recording":1,"host":{}}"#.to_owned(), "trace 2 Some(1)"),
            (r#"{"rp":"trace","version":2}"#.to_owned(), "trace 2 None"),
            (r#"{"rp":"trace"}"#.to_owned(), "missing field `version`"),
            (r#"{"rp":"trace","version":"2"}"#.to_owned(), "invalid type: string \"2\", expected u32"),
            (
                r#"{"rp":"module","instance":"i","module":"m","version":"1","manifest":"{}","turn":1}"#
                    .to_owned(),
                "module i m {} Some(1)",
            ),
            (r#"{"rp":"module","instance":"i","module":"m"}"#.to_owned(), "missing field `manifest`"),
            (r#"{"rp":"unanswered","id":1,"code":"c"}"#.to_owned(), "unanswered 1 Some(\"c\") None"),
            (r#"{"rp":"unanswered","id":1,"error":null}"#.to_owned(), "unanswered 1 None None"),
            (r#"{"rp":"unplaced","instance":"i","what":"w"}"#.to_owned(), "unplaced i w"),
            (r#"{"rp":"unplaced","instance":"i","instance":"i"}"#.to_owned(), "duplicate field `instance`"),
            (r#"{"rp":"later"}"#.to_owned(), "other"),
            (r#"{"rp":7}"#.to_owned(), "invalid type: integer `7`, expected a string"),
        ];
        for (text, expected) in cases {
            let shown = shown(Line::read(&text));
            assert_eq!(shown.split(" at line ").next(), Some(expected), "{text}");
        }
    }

    fn shown(line: Result<Line, serde_json::Error>) -> String {
        match line {
            Ok(Line::Head(head)) => format!("trace {} {:?}", head.version, head.recording),
            Ok(Line::Module(line)) => {
                format!("module {} {} {} {:?}", line.instance, line.module, line.manifest, line.given.turn)
            }
            Ok(Line::Unanswered(line)) => format!("unanswered {} {:?} {:?}", line.id, line.code, line.error),
            Ok(Line::Unplaced(line)) => format!("unplaced {} {}", line.instance, line.what),
            Ok(Line::Message(one)) => {
                let number = |number: Option<u64>| number.map_or("-".to_owned(), |number| number.to_string());
                let what = format!("{}>{} {} {}", one.from, one.to, one.message_type, one.payload);
                let GivenAgain { turn, now_us, random, cancelled } = &one.given;
                let given = format!("{} {now_us:?} {:?} {}", number(*turn), random.0, number(*cancelled));
                format!("{} {} {what} {} {} {given}", one.id, one.cause, one.outcome, one.response)
            }
            Ok(Line::Other) => "other".to_owned(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn messages_are_called_by_what_they_name() {
        let cases = [
            ("command", r#"{"name":"x"}"#, "command x"),
            ("event", r#"{"event":"a.b","data":{}}"#, "event a.b"),
            ("query", r#"{"entity":"n"}"#, "query n"),
            ("mutation", r#"{"entity":7}"#, "mutation"),
            ("command", "[", "command"),
            ("init", r#"{"name":"x"}"#, "init"),
        ];
        for (message_type, payload, expected) in cases {
            assert_eq!(label(message_type, payload), expected, "{payload}");
        }
    }
}
