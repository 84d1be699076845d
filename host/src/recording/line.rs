//! The lines of a recording.

use serde::Deserialize;

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
#[derive(Debug, Deserialize)]
pub(crate) struct Head {
    pub(crate) version: u32,
    /// None: it is a trace alone.
    pub(crate) recording: Option<u32>,
}

/// An instance that was created.
#[derive(Debug, Deserialize)]
pub(crate) struct ModuleLine {
    pub(crate) instance: String,
    pub(crate) module: String,
    pub(crate) manifest: String,
    #[serde(flatten)]
    pub(crate) given: GivenAgain,
}

/// What the sender of a message got in place of a response.
#[derive(Debug, Deserialize)]
pub(crate) struct Unanswered {
    pub(crate) id: u64,
    pub(crate) code: Option<String>,
    pub(crate) error: Option<String>,
}

/// What a thread of an instance did that handled no message.
#[derive(Debug, Deserialize)]
pub(crate) struct Unplaced {
    pub(crate) instance: String,
    pub(crate) what: String,
}

/// A message with its response.
#[derive(Debug, Deserialize)]
pub(crate) struct Recorded {
    #[serde(default)]
    pub(crate) start_ns: u64,
    pub(crate) id: u64,
    pub(crate) cause: u64,
    pub(crate) from: String,
    pub(crate) to: String,
    #[serde(rename = "type")]
    pub(crate) message_type: String,
    pub(crate) payload: String,
    pub(crate) outcome: String,
    pub(crate) response: String,
    #[serde(flatten)]
    pub(crate) given: GivenAgain,
}

/// What an instance got meanwhile.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct GivenAgain {
    /// None: no module was entered.
    pub(crate) turn: Option<u64>,
    #[serde(rename = "now")]
    pub(crate) now_us: Vec<i64>,
    pub(crate) random: Hex,
    pub(crate) cancelled: Option<u64>,
}

/// Bytes in hexadecimal digits.
#[derive(Debug, Default, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Hex(pub(crate) Vec<u8>);

impl TryFrom<String> for Hex {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
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
        #[derive(Deserialize)]
        struct Kind<'a> {
            rp: std::borrow::Cow<'a, str>,
        }
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
    #[derive(Deserialize)]
    struct Named {
        #[serde(alias = "event", alias = "entity")]
        name: String,
    }
    let key = ["command", "event", "query", "mutation"].contains(&message_type);
    match serde_json::from_str::<Named>(payload) {
        Ok(Named { name }) if key => format!("{message_type} {name}"),
        _ => message_type.to_owned(),
    }
}
