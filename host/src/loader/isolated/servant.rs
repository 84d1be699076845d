//! Answers what a module asks of its host, by the functions of that instance's own `rp_host`.

use core::ffi::c_char;
use core::ptr;

use super::budget::Admitted;
use super::running::{Running, write_log};
use crate::abi::{RP_FAILED, RP_OK, rp_message, rp_str};
use crate::border::borrowed::is_plausible;
use crate::border::module::HostLink;
use crate::border::reply::Reply;
use crate::channel::body::log::{self, LogText};
use crate::channel::body::send::{SendBody, SentText};
use crate::channel::frame::{Head, Kind};

/// The most random bytes in one frame.
const MOST_RANDOM: u64 = 1 << 20;
/// The largest answer whose memory is kept for the next one, in bytes.
const KEPT: usize = 1 << 20;

/// Answers one frame. The body of the answer is in `answer`; `None` if no worker may send such a frame.
pub(super) fn answer(
    running: &Running,
    link: HostLink,
    head: &Head,
    body: &[u8],
    answer: &mut Reply,
) -> Option<Head> {
    if answer.as_bytes().len() > KEPT {
        *answer = Reply::with_limit(usize::MAX);
    }
    answer.clear();
    let head = match head.kind {
        Kind::Send => {
            Head { status: send(link, head, &SendBody::read(body)?, answer)?, ..Head::of(Kind::Answer) }
        }
        Kind::Log => {
            log(running, link, head, body)?;
            Head::of(Kind::Answer)
        }
        Kind::Now => Head { id: now(link).cast_unsigned(), ..Head::of(Kind::Answer) },
        Kind::Random if head.cause <= MOST_RANDOM => {
            random(link, usize::try_from(head.cause).ok()?, answer);
            Head::of(Kind::Answer)
        }
        Kind::Cancelled => Head { status: cancelled(link, head.id), ..Head::of(Kind::Answer) },
        _ => return None,
    };
    Some(head)
}

fn send(link: HostLink, head: &Head, sent: &SendBody<'_>, answer: &mut Reply) -> Option<i32> {
    let send = link.table.send?;
    let (message, is_aligned) = message(head.cause, sent)?;
    // A misaligned message is refused before it is read.
    let pointer = if is_aligned { ptr::from_ref(&message) } else { ptr::without_provenance(1) };
    let reply = answer.begin();
    // SAFETY: rule 11: the host pointer is that of the instance. The message lives until the call returns, with texts that
    // `text` checked; the reply is the host's own, and nobody else uses it (rule 1).
    let status = unsafe { send(link.table, pointer, reply) };
    let has_response = matches!(status, RP_OK | RP_FAILED);
    // The host's own functions do nothing to a reply but write it.
    if !has_response || !answer.take_untouched() {
        answer.abandon();
    }
    Some(status)
}

/// The message as the module passed it, and whether it was aligned.
fn message(cause: u64, sent: &SendBody<'_>) -> Option<(rp_message, bool)> {
    let none = rp_str { data: ptr::null(), len: 0 };
    let empty =
        rp_message { struct_size: 0, flags: 0, id: 0, cause, r#type: none, payload: rp_str { ..none } };
    Some(match *sent {
        SendBody::Misaligned => (empty, false),
        // The host reads nothing else of it: no message is that small.
        SendBody::TooSmall(size) if (size as usize) < size_of::<rp_message>() => {
            (rp_message { struct_size: size, ..empty }, true)
        }
        SendBody::TooSmall(_) => return None,
        SendBody::Whole { flags, id, message_type, payload, .. } => {
            let texts = (text(message_type)?, text(payload)?);
            let struct_size = size_of::<rp_message>() as u32;
            (rp_message { struct_size, flags, id, cause, r#type: texts.0, payload: texts.1 }, true)
        }
    })
}

/// A text as the module passed it. A length that the worker calls too long must be.
fn text(sent: SentText<'_>) -> Option<rp_str> {
    let len = |len: u64| usize::try_from(len).unwrap_or(usize::MAX);
    match sent {
        SentText::Bytes(bytes) => Some(rp_str { data: bytes.as_ptr().cast(), len: bytes.len() }),
        SentText::Null(of) => Some(rp_str { data: ptr::null(), len: len(of) }),
        SentText::TooLong(of) => too_long(len(of)),
    }
}

fn too_long(len: usize) -> Option<rp_str> {
    let data: *const c_char = ptr::dangling();
    (!is_plausible(len)).then_some(rp_str { data, len })
}

fn log(running: &Running, link: HostLink, head: &Head, body: &[u8]) -> Option<()> {
    let lent = match log::text(head)? {
        LogText::Body => return log_body(running, link, head, body),
        LogText::Null(len) => text(SentText::Null(len))?,
        LogText::TooLong(len) => text(SentText::TooLong(len))?,
    };
    let write_log = link.table.write_log?;
    // SAFETY: rule 11: the host pointer is that of the instance. The function refuses NULL, and a length that no memory has.
    unsafe { write_log(link.table, head.id, head.status, lent.data, lent.len) };
    Some(())
}

#[expect(clippy::unnecessary_wraps, reason = "a case of `log`")]
fn log_body(running: &Running, link: HostLink, head: &Head, body: &[u8]) -> Option<()> {
    match running.admit(body.len()) {
        Admitted::Yes => write_log(link, head.id, head.status, body),
        Admitted::FirstDropped => running.log_cut(link),
        Admitted::Dropped => {}
    }
    Some(())
}

fn now(link: HostLink) -> i64 {
    // SAFETY: rule 11: the host pointer is that of the instance.
    link.table.now_us.map_or(0, |now| unsafe { now(link.table) })
}

fn random(link: HostLink, len: usize, answer: &mut Reply) {
    let mut bytes = answer.storage_mut();
    bytes.resize(len, 0);
    if let Some(random) = link.table.random {
        // SAFETY: rule 11: the host pointer is that of the instance; the bytes are lent for the call.
        unsafe { random(link.table, bytes.as_mut_ptr().cast(), bytes.len()) };
    }
}

fn cancelled(link: HostLink, id: u64) -> i32 {
    // SAFETY: rule 11: the host pointer is that of the instance.
    link.table.cancelled.map_or(1, |cancelled| unsafe { cancelled(link.table, id) })
}
