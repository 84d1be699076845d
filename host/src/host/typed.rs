//! Typed calls: a payload written by serde, and the data of the response read by it.

use std::borrow::Cow;

use rp_protocol::{SUCCESS_START, members, message_type};
use serde_core::Serialize;
use serde_core::de::{DeserializeOwned, IgnoredAny};
use serde_json::value::RawValue;

use crate::border::call_options::CallOptions;
use crate::border::message::{Message, Status};
use crate::border::reply::{Reply, with_kept, with_kept_text};
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

/// What writes the payload of a message as JSON.
pub(super) trait Payload {
    fn write(&self, out: &mut Vec<u8>) -> serde_json::Result<()>;
}

impl<T: Serialize + ?Sized> Payload for T {
    fn write(&self, out: &mut Vec<u8>) -> serde_json::Result<()> {
        rp_protocol::to_writer(out, self)
    }
}

/// The payload of a command. Writes what `rp_protocol::Command` would, but the arguments only once, straight into their
/// place.
pub(super) struct CommandPayload<'a, A: ?Sized> {
    pub(super) name: &'a str,
    pub(super) args: &'a A,
}

impl<A: Serialize + ?Sized> Payload for CommandPayload<'_, A> {
    fn write(&self, out: &mut Vec<u8>) -> serde_json::Result<()> {
        out.extend_from_slice(br#"{"name":"#);
        self.name.write(out)?;
        out.extend_from_slice(br#","args":"#);
        self.args.write(out)?;
        out.push(b'}');
        Ok(())
    }
}

/// What an error says that failed.
pub(super) fn command_title(name: &str) -> String {
    format!("{} {name}", message_type::COMMAND)
}

/// Sends a payload by `ask` and reads the data of the response; neither text has more than `limit` bytes.
pub(super) fn exchange<R: DeserializeOwned>(
    limit: usize,
    message_type: &str,
    payload: &impl Payload,
    options: &impl Prepare,
    ask: impl FnOnce(&Message<'_>, &mut Reply) -> Answer,
) -> Result<R, CallFault> {
    // Both texts lie in memory that this thread keeps.
    with_kept_text(limit, |request| {
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
    payload: &(impl Payload + ?Sized),
) -> Result<&'r str, serde_json::Error> {
    payload.write(&mut request.storage_mut())?;
    // SAFETY: it was made of whole texts, of ASCII, and of what serde_json writes, whose own `to_string` relies on that, too.
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
    struct Whole<'a, R> {
        status: Cow<'a, str>,
        data: R,
        // Keys of an error response, ignored here; but no key of the protocol may occur twice.
        _error: IgnoredAny,
        _code: IgnoredAny,
        _details: IgnoredAny,
    }
    members! {
        reads Whole<'a, R> {
            text status,
            required data,
            or_empty _error as "error",
            or_empty _code as "code",
            or_empty _details as "details",
        }
    }
    if status != Status::Success {
        return None;
    }
    let text = reply.text().ok()?;
    // What stands around the data is known then, and reading that is the check of it.
    if let Some(data) = text.strip_prefix(SUCCESS_START) {
        return serde_json::from_str(data.strip_suffix('}')?).ok();
    }
    let whole: Whole<'_, R> = serde_json::from_str(text).ok()?;
    (whole.status == "success").then_some(whole.data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_what_the_whole_response_says() {
        let cases = [
            (r#"{"status":"success","data":7}"#, Some(7)),
            (r#"{"status":"success","data": 7 }"#, Some(7)),
            (r#"{"status":"success","data":7,"x":[{}]}"#, Some(7)),
            (r#"{"status":"success","data":7,"error":1}"#, Some(7)),
            (r#" {"data": 7, "status": "success"} "#, Some(7)),
            (r#"{"status":"s\u0075ccess","data":7} "#, Some(7)),
            (r#"{"status":"success","data":"7"}"#, None),
            (r#"{"status":"success","data":7}}"#, None),
            (r#"{"status":"success","data":7} x"#, None),
            (r#"{"status":"success","data":7,}"#, None),
            (r#"{"status":"success","data":7,"x":-}"#, None),
            (r#"{"status":"success","data":7,"data":7}"#, None),
            (r#"{"status":"success","data":7,"status":"success"}"#, None),
            (r#"{"status":"success","data":7"#, None),
            (r#"{"status":"success","data":}"#, None),
            (r#"{"status":"error","data":7}"#, None),
        ];
        for (text, expected) in cases {
            let mut reply = Reply::new();
            reply.storage_mut().extend_from_slice(text.as_bytes());
            assert_eq!(read_data::<u32>(Status::Success, &reply).ok(), expected, "{text}");
            assert!(read_data::<u32>(Status::Failed, &reply).is_err(), "{text}");
        }
    }

    #[test]
    fn a_command_is_written_as_the_protocol_does() {
        let (name, args) = ("say \"\u{1}\"", serde_json::json!({"a": "}"}));
        let mut written = Vec::new();
        CommandPayload { name, args: &args }.write(&mut written).expect("it is JSON");
        let text = String::from_utf8(written).expect("it is UTF-8");
        let read = rp_protocol::Command::parse(&text).expect("it is a command");
        assert_eq!((&*read.name, read.args_text()), (name, r#"{"a":"}"}"#));
    }
}
