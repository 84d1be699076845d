//! The response to a message, read: UTF-8, one JSON object, whose `status` field agrees with the returned code.
//!
//! Before the call the reply was wiped: a module that claims to have written more than it did must not answer with what another module
//! wrote.

use rp_protocol::{Response, Success};
use serde_json::value::RawValue;

use crate::border::message::Status;
use crate::border::reply::Reply;
use crate::border::response::read_response;
use crate::calls::fast::Answer;
use crate::error::{CallFault, Error};

/// Reads the response of a call.
// Inlined where the response is used: it is larger than registers, and what was just written to memory by parts and is then read as a
// whole waits there.
#[inline(always)]
pub(super) fn response(
    answer: Answer,
    reply: &Reply,
    error: impl Fn(CallFault) -> Error,
) -> Result<Response<'_>, Error> {
    match answer {
        Ok(status) => match usual_data(status, reply) {
            data @ Some(_) => Ok(Response::Success(Success { data })),
            None => read(status, reply).map_err(error),
        },
        Err(fault) => Err(error(*fault)),
    }
}

/// The same for whoever wants no more than the status.
#[inline(always)]
pub(super) fn status(
    answer: Answer,
    reply: &Reply,
    error: impl Fn(CallFault) -> Error,
) -> Result<Status, Error> {
    match answer {
        Ok(status) if usual_data(status, reply).is_some() => Ok(status),
        // What is read agrees with the status.
        Ok(status) => read(status, reply).map(|_| status).map_err(error),
        Err(fault) => Err(error(*fault)),
    }
}

/// The data of a success that is spelled as nearly all are.
#[inline(never)]
fn usual_data(status: Status, reply: &Reply) -> Option<&RawValue> {
    match status {
        Status::Success => Response::usual_data(reply.text().ok()?),
        Status::Failed => None,
    }
}

#[inline(never)]
fn read(status: Status, reply: &Reply) -> Result<Response<'_>, CallFault> {
    read_response(status, reply)
}
