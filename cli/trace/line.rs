//! The lines of a trace file, read without copying what they hold.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

/// A message with its outcome. Files of version 1 have neither `start_ns` nor `thread`.
#[derive(Deserialize)]
pub struct Record<'a> {
    pub time_us: i64,
    #[serde(default)]
    start_ns: Option<u64>,
    #[serde(default)]
    pub thread: u64,
    pub id: u64,
    pub cause: u64,
    #[serde(borrow)]
    pub from: Cow<'a, str>,
    #[serde(borrow)]
    pub to: Cow<'a, str>,
    #[serde(rename = "type", borrow)]
    pub message_type: Cow<'a, str>,
    /// A text of JSON, still quoted.
    #[serde(borrow)]
    payload: &'a RawValue,
    #[serde(borrow)]
    pub outcome: Cow<'a, str>,
    #[serde(borrow)]
    response: &'a RawValue,
    pub elapsed_ns: u64,
    #[serde(default)]
    payload_bytes: Option<u64>,
    #[serde(default)]
    response_bytes: Option<u64>,
}

/// What begins every line that is no record.
const OTHER: &[u8] = b"{\"rp\":";

/// Whether a line tells of the file or of a module, not of a message.
pub fn is_of_file(line: &[u8]) -> bool {
    line.starts_with(OTHER)
}

impl<'a> Record<'a> {
    /// Reads a line.
    pub fn read(line: &'a [u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(line)
    }

    /// When it was sent, in nanoseconds from a point that is the same for the whole file.
    pub fn start_ns(&self) -> u64 {
        let by_clock = || u64::try_from(self.time_us).unwrap_or(0).saturating_mul(1000);
        self.start_ns.unwrap_or_else(by_clock)
    }

    /// The payload.
    pub fn payload(&self) -> String {
        text(self.payload)
    }

    /// The response; empty where there is none.
    pub fn response(&self) -> String {
        text(self.response)
    }

    /// The bytes of payload and response, of what was cut too.
    pub fn bytes(&self) -> u64 {
        self.payload_bytes() + self.response_bytes()
    }

    /// The bytes of the payload, of what was cut too.
    pub fn payload_bytes(&self) -> u64 {
        self.payload_bytes.unwrap_or_else(|| unquoted_len(self.payload.get()))
    }

    /// The bytes of the response, of what was cut too.
    pub fn response_bytes(&self) -> u64 {
        self.response_bytes.unwrap_or_else(|| unquoted_len(self.response.get()))
    }

    /// Whether it brought a response that is no error.
    pub fn is_success(&self) -> bool {
        self.outcome == "success"
    }

    /// The code: of an error response its own, of a fault the outcome; none for a success.
    pub fn code(&self) -> Option<String> {
        match &*self.outcome {
            "success" => None,
            "error" => Some(response_code(&self.response()).unwrap_or_else(|| "error".to_owned())),
            code => Some(code.to_owned()),
        }
    }

    /// What it asks for: the name of a command or an event, the entity of a query or a mutation, else nothing.
    pub fn name(&self) -> Cow<'a, str> {
        let key = match &*self.message_type {
            "command" => "name",
            "event" => "event",
            "query" | "mutation" => "entity",
            _ => return Cow::Borrowed(""),
        };
        quick_name(self.payload.get(), key)
            .map_or_else(|| Cow::Owned(slow_name(&self.payload(), key)), Cow::Borrowed)
    }

    /// Type and name.
    pub fn label(&self) -> String {
        format!("{} {}", self.message_type, self.name()).trim_end().to_owned()
    }
}

fn text(quoted: &RawValue) -> String {
    serde_json::from_str(quoted.get()).unwrap_or_default()
}

/// The name where it is the first key of the payload and has no escapes, as it mostly is.
fn quick_name<'a>(quoted: &'a str, key: &str) -> Option<&'a str> {
    let rest = quoted.strip_prefix("\"{\\\"")?.strip_prefix(key)?.strip_prefix("\\\":\\\"")?;
    let (name, after) = rest.split_at(rest.find('\\')?);
    // An escape other than the closing quote is left to `slow_name`.
    (after.starts_with("\\\"")).then_some(name)
}

fn slow_name(payload: &str, key: &str) -> String {
    let value: Result<serde_json::Map<String, serde_json::Value>, _> = serde_json::from_str(payload);
    let name = value.ok().and_then(|mut fields| fields.remove(key));
    name.and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

fn response_code(response: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Coded {
        code: String,
    }
    serde_json::from_str::<Coded>(response).ok().map(|coded| coded.code)
}

/// How many bytes a quoted text has without its escapes.
fn unquoted_len(quoted: &str) -> u64 {
    let inner = quoted.len().saturating_sub(2) as u64;
    if !quoted.contains('\\') {
        return inner;
    }
    let (mut bytes, mut len) = (quoted.bytes(), 0);
    while let Some(byte) = bytes.next() {
        len += 1;
        // \u00e9 and its like are rare; what they stand for is at most three bytes.
        if byte == b'\\' && bytes.next() == Some(b'u') {
            bytes.nth(3);
        }
    }
    u64::max(len, 2) - 2
}
