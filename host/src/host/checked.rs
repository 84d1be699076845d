//! A message and its response, read.

use rp_protocol::Response;

use crate::border::message::{Message, Status};
use crate::border::reply::Reply;
use crate::border::response::read_response;
use crate::calls::fast::Answer;
use crate::error::{CallFault, Error};

/// Sends a message with `ask` and reads the response: UTF-8, one JSON object, whose `status` field agrees with the returned code.
#[inline(always)]
pub(super) fn call<'r>(
    message: &Message<'_>,
    reply: &'r mut Reply,
    ask: impl FnOnce(&Message<'_>, &mut Reply) -> Answer,
    error: impl Fn(CallFault) -> Error,
) -> Result<Response<'r>, Error> {
    // A module that claims to have written more than it did must not answer with what another module wrote.
    reply.wipe();
    match ask(message, reply) {
        Ok(Status::Success) => {
            // The usual answer is returned at once, so that it is not moved around.
            if let Ok(text) = reply.text()
                && let Ok(Response::Success(success)) = Response::parse(text)
            {
                return Ok(Response::Success(success));
            }
            read(Status::Success, reply, error)
        }
        Ok(Status::Failed) => read(Status::Failed, reply, error),
        Err(fault) => Err(error(*fault)),
    }
}

/// Checks the response of a call.
#[inline(never)]
fn read(status: Status, reply: &Reply, error: impl Fn(CallFault) -> Error) -> Result<Response<'_>, Error> {
    read_response(status, reply).map_err(error)
}
