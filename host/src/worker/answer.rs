//! Answers the host's frames on one lane.

use core::ffi::c_char;
use core::mem::size_of;
use std::time::Instant;

use super::lane::{begin, post, take_over, wait};
use super::process::Process;
use super::table::Table;
use crate::abi::{RP_ERR_PANIC, RP_FAILED, RP_OK, rp_message, rp_status, rp_str};
use crate::border::frame::enter_alone;
use crate::border::module::{Guest, Provided};
use crate::border::reply::{Reply, with_kept};
use crate::channel::body::call::CallBody;
use crate::channel::body::fault;
use crate::channel::frame::{Head, IS_FAULT, Kind};
use crate::channel::lane::Lane;
use crate::error::CallFault;
use crate::os;

/// Answers whatever the host posts on the lane, which is this thread's from now on. Does not return.
pub(super) fn serve(process: &'static Process, lane: Box<dyn Lane>) {
    take_over(lane);
    let mut body = Vec::new();
    loop {
        let head = wait(&mut body);
        match (head.kind, process.guest()) {
            (Kind::Create, None) => create(process, &head),
            (Kind::Call, Some(guest)) => call(guest, &head, &body),
            (Kind::Destroy, Some(guest)) => destroy(guest),
            // The host is to be trusted: what is left is the order to end.
            _ => os::end_worker(0),
        }
    }
}

fn create(process: &'static Process, head: &Head) {
    let provided = Provided { clock: head.flags & 1 != 0, random: head.flags & 2 != 0 };
    match process.create(Table::new(process, provided).link()) {
        Ok(()) => post(Head::of(Kind::Reply), &[]),
        Err(fault) => post(Head::of(Kind::Refused), &[&fault::of_load(&fault)]),
    }
}

fn destroy(guest: &dyn Guest) {
    // SAFETY: the host sends this once, with no call in work, and nothing but the order to end follows (rule 6). What it could
    // fail with is for sandboxed modules alone.
    let _never_fails = unsafe { guest.destroy() };
    post(Head::of(Kind::Reply), &[]);
}

fn call(guest: &dyn Guest, head: &Head, body: &[u8]) {
    let Some(call) = CallBody::read(body) else { os::end_worker(0) };
    begin(head.id, call.left.and_then(|left| Instant::now().checked_add(left)));
    let limit = usize::try_from(call.reply_limit).unwrap_or(usize::MAX);
    with_kept(limit, |reply| match handle(guest, head, &call, reply) {
        Ok(status) => post(Head { status, ..Head::of(Kind::Reply) }, &[reply.as_bytes()]),
        Err(fault) => post(Head { flags: IS_FAULT, ..Head::of(Kind::Reply) }, &[&fault::of_call(&fault)]),
    });
    begin(0, None);
}

/// Calls the handler. The reply holds the response of the statuses that have one, and nothing for the others.
fn handle(
    guest: &dyn Guest,
    head: &Head,
    call: &CallBody<'_>,
    reply: &mut Reply,
) -> Result<rp_status, CallFault> {
    let message = rp_message {
        struct_size: size_of::<rp_message>() as u32,
        flags: head.status.cast_unsigned(),
        id: head.id,
        cause: head.cause,
        r#type: borrow(call.message_type),
        payload: borrow(call.payload),
    };
    let raw_reply = reply.begin();
    let handler = guest.handler();
    let status = enter_alone(message, raw_reply, |message| {
        // SAFETY: the host has created the instance and not destroyed it, and calls it as its slots allow (rules 5 and 6);
        // message and reply live until the call returns (rules 1 and 2).
        unsafe { (handler.function)(handler.context, message, raw_reply) }
    });
    if matches!(status, RP_OK | RP_FAILED) {
        return reply.finish(true).map(|()| status);
    }
    // SAFETY: the call has just returned, and the host does not call an instance that is not concurrent meanwhile.
    if let Some(verdict) = unsafe { guest.verdict(status) } {
        reply.abandon();
        return Err(verdict.fault);
    }
    if status == RP_ERR_PANIC {
        reply.abandon();
        return Ok(status);
    }
    reply.finish(false).map(|()| status)
}

fn borrow(text: &[u8]) -> rp_str {
    rp_str { data: text.as_ptr().cast::<c_char>(), len: text.len() }
}
