//! What a response is to the line that asked for it: as expected or not.

use rp_protocol::{code, message_type};
use serde_json::value::RawValue;

use super::verdict::Verdict;
use crate::describe;
use crate::fault::Fault;
use crate::json::text_at;
use crate::nearest::question;
use crate::running::host::RunningHost;
use crate::session::{HOST, Step, WAIT_FOR};

/// A line, what it sent, and the response.
pub struct Answer<'a> {
    pub step: &'a Step<'a>,
    /// As it was sent.
    pub payload: &'a str,
    pub response: &'a RawValue,
    pub is_success: bool,
}

/// A step that could not be answered, since the type or the command is not known, or there is no store.
pub struct Surprise {
    pub line: usize,
    instance: String,
    unknown: Unknown,
}

enum Unknown {
    Type(String),
    Command(String),
    /// The host has no store.
    Store,
}

/// The types that a session may mean.
const TYPES: [&str; 6] = [
    WAIT_FOR,
    message_type::COMMAND,
    message_type::QUERY,
    message_type::MUTATION,
    message_type::EVENT,
    message_type::DESCRIBE,
];

impl Answer<'_> {
    /// The error of a response that is not as expected.
    pub fn unmet(&self, session: &str, verdict: &Verdict) -> Fault {
        let step = self.step;
        let lines: Vec<String> = verdict.unmet.iter().map(ToString::to_string).collect();
        let what = match verdict.key {
            "expect" => format!("the response of {} is", step.module),
            "events" => "the events are".to_owned(),
            _ => "the log is".to_owned(),
        };
        let text = format!("line {}: {what} not as expected\n{}", step.line, lines.join("\n"));
        Fault::data("rp::session::expectation", text)
            .help("fix the module, or the line's `expect`; --keep-going shows later failures too, --update rewrites what is expected")
            .in_lines(session, step.line, step.source, verdict.mark.clone())
    }

    /// The error of an error response to a line that expects nothing.
    pub fn unexpected(&self, session: &str) -> Fault {
        let step = self.step;
        let said = text_at(self.response, "error").unwrap_or_default();
        let text = format!("line {}: {} answers with an error: {said}", step.line, step.module);
        Fault::data("rp::session::unexpected_error", text)
            .help("fix the line or the module, or say in `expect` that the error is wanted")
            .in_lines(session, step.line, step.source, step.payload.span.clone())
    }

    /// What of the line the module says that it does not know.
    pub fn surprise(&self) -> Option<Surprise> {
        let unknown = match text_at(self.response, "code")?.as_str() {
            code::UNKNOWN_TYPE => Unknown::Type(self.step.message_type.clone()),
            code::UNKNOWN_COMMAND => {
                let payload: &RawValue = serde_json::from_str(self.payload).ok()?;
                Unknown::Command(text_at(payload, "name")?)
            }
            code::NOT_SUPPORTED if self.step.module == HOST => {
                let message_type = self.step.message_type.as_str();
                if TYPES.contains(&message_type) {
                    Unknown::Store
                } else {
                    Unknown::Type(message_type.to_owned())
                }
            }
            _ => return None,
        };
        Some(Surprise { line: self.step.line, instance: self.step.module.clone(), unknown })
    }
}

impl Surprise {
    /// What to do: the question whether a similar name was meant, or nothing. For a command the module is asked to describe itself.
    pub fn meant(&self, host: &RunningHost) -> String {
        match &self.unknown {
            Unknown::Type(word) => question(word, TYPES),
            Unknown::Store => {
                "give it a store with --store memory, --store FILE or [store] in rp.toml; ".to_owned()
            }
            Unknown::Command(name) => host
                .instance(&self.instance)
                .map_or(String::new(), |instance| describe::question_of_command(host, &instance, name)),
        }
    }
}
