//! Typed calls: a payload written by serde, and the data of the response read by it.

use std::borrow::Cow;

use rp_protocol::message_type;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::border::call_options::CallOptions;
use crate::border::message::{Message, Status};
use crate::border::reply::{Reply, with_kept};
use crate::border::response::expect_success;
use crate::calls::fast::Answer;
use crate::error::CallFault;

/// What a call adds to its message.
pub(super) trait Prepare {
    fn prepare<'m>(&'m self, message: Message<'m>) -> Message<'m>;
}

/// Nothing; so the usual call is compiled without a look at options.
pub(super) struct Plain;

impl Prepare for Plain {
    #[inline(always)]
    fn prepare<'m>(&'m self, message: Message<'m>) -> Message<'m> {
        message
    }
}

impl Prepare for CallOptions {
    fn prepare<'m>(&'m self, message: Message<'m>) -> Message<'m> {
        message.options(self)
    }
}

/// The payload of a command. Writes what `rp_protocol::Command` would, but the arguments only once, straight into their
/// place.
#[derive(Serialize)]
pub(super) struct CommandPayload<'a, A: ?Sized> {
    pub(super) name: &'a str,
    pub(super) args: &'a A,
}

/// What an error says that failed.
pub(super) fn command_title(name: &str) -> String {
    format!("{} {name}", message_type::COMMAND)
}

/// Sends a payload by `ask` and reads the data of the response; neither text has more than `limit` bytes.
pub(super) fn exchange<R: DeserializeOwned>(
    limit: usize,
    message_type: &str,
    payload: &impl Serialize,
    options: &impl Prepare,
    ask: impl FnOnce(&Message<'_>, &mut Reply) -> Answer,
) -> Result<R, CallFault> {
    // Both texts lie in memory that this thread keeps.
    with_kept(limit, |request| {
        let text = write(request, payload).map_err(CallFault::Arguments)?;
        with_kept(limit, |reply| {
            let message = options.prepare(Message::new(message_type, text));
            let status = ask(&message, reply).map_err(|fault| *fault)?;
            read_data(status, reply)
        })
    })
}

/// Writes a payload into memory that is used again.
pub(super) fn write<'r>(
    request: &'r mut Reply,
    payload: &(impl Serialize + ?Sized),
) -> Result<&'r str, serde_json::Error> {
    serde_json::to_writer(&mut *request.storage_mut(), payload)?;
    // SAFETY: serde_json wrote all of it, and writes UTF-8 whatever it is given: its own `to_string` relies on that, too.
    Ok(unsafe { core::str::from_utf8_unchecked(request.as_bytes()) })
}

/// The data of a success.
pub(super) fn read_data<R: DeserializeOwned>(status: Status, reply: &Reply) -> Result<R, CallFault> {
    if let Some(data) = read_at_once(status, reply) {
        return Ok(data);
    }
    let data = expect_success(status, reply)?.data.map_or("null", RawValue::get);
    rp_protocol::read(data).map_err(CallFault::Data)
}

/// The data of a success, read in one pass together with the response around it. `None` if anything is wrong with either;
/// the full path then finds out what.
fn read_at_once<R: DeserializeOwned>(status: Status, reply: &Reply) -> Option<R> {
    #[derive(Deserialize)]
    #[serde(bound(deserialize = "R: DeserializeOwned"))]
    struct Whole<'a, R> {
        #[serde(borrow)]
        status: Cow<'a, str>,
        data: R,
        // Keys of an error response, ignored here; but no key of the protocol may occur twice.
        #[serde(default, rename = "error")]
        _error: IgnoredAny,
        #[serde(default, rename = "code")]
        _code: IgnoredAny,
        #[serde(default, rename = "details")]
        _details: IgnoredAny,
    }
    if status != Status::Success {
        return None;
    }
    let whole: Whole<'_, R> = serde_json::from_str(reply.text().ok()?).ok()?;
    (whole.status == "success").then_some(whole.data)
}
