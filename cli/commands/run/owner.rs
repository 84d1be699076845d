//! The steps of the module `host`: what the owner of the host asks of it. It may do everything.

use std::time::{Duration, Instant};

use rp_host::{Grants, HeardEvent, Message, Right};
use rp_protocol::code;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::heard::{Heard, event_json};
use crate::fault::Fault;
use crate::json::contains::mismatches;
use crate::running::host::{Response, RunningHost, nanoseconds};
use crate::session::WAIT_FOR;

/// How long an event is waited for unless the step says.
const TIMEOUT_MS: u64 = 5000;
/// How often a wait checks for an interruption.
const LOOK: Duration = Duration::from_millis(50);

/// The payload of `wait_for`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with pattern, data, timeout_ms")]
struct Wait<'a> {
    /// A name, `prefix.*` or `*`.
    pattern: String,
    /// What the data of the event must contain.
    #[serde(borrow)]
    data: Option<&'a RawValue>,
    timeout_ms: Option<u64>,
}

/// Sends a message of the owner.
pub fn send(
    host: &RunningHost,
    heard: &mut Heard,
    message_type: &str,
    payload: &str,
) -> Result<Response, Fault> {
    if message_type != WAIT_FOR {
        return host.ask_as_owner(Message::new(message_type, payload));
    }
    let start = Instant::now();
    let (text, is_success) = match rp_protocol::read::<Wait<'_>>(payload) {
        Ok(wait) => wait.until_it_comes(host, heard)?,
        Err(error) => (error_json(code::INVALID_PAYLOAD, &error.to_string()), false),
    };
    Ok(Response { text, is_success, elapsed_ns: nanoseconds(start) })
}

impl Wait<'_> {
    /// The response: the first such event that no earlier wait took.
    fn until_it_comes(&self, host: &RunningHost, heard: &mut Heard) -> Result<(String, bool), Fault> {
        let mut wanted = Grants::default();
        wanted.grant(Right::Subscribe, &self.pattern);
        let is_it = |event: &HeardEvent| {
            wanted.allow(Right::Subscribe, &event.name)
                && self.data.is_none_or(|data| mismatches(data, event.raw()).is_empty())
        };
        let timeout = Duration::from_millis(self.timeout_ms.unwrap_or(TIMEOUT_MS));
        let start = Instant::now();
        loop {
            if let Some(event) = heard.take(is_it) {
                let data = event_json(&event);
                return Ok((format!(r#"{{"status":"success","data":{data}}}"#), true));
            }
            let left = timeout.saturating_sub(start.elapsed());
            if left.is_zero() {
                return Ok((self.in_vain(timeout), false));
            }
            if host.interrupt.is_asked() {
                return Err(Fault::data("rp::session::interrupted", "the wait was given up").interrupted());
            }
            heard.wait(left.min(LOOK));
        }
    }

    fn in_vain(&self, timeout: Duration) -> String {
        let with = if self.data.is_some() { " with these data" } else { "" };
        error_json(code::TIMEOUT, &format!("no event {}{with} within {timeout:?}", self.pattern))
    }
}

fn error_json(code: &str, text: &str) -> String {
    let mut response = Vec::new();
    // Neither writing into memory nor texts as JSON can fail.
    let written = rp_protocol::write_error(&mut response, code, text, None);
    debug_assert!(written.is_ok());
    String::from_utf8_lossy(&response).into_owned()
}
