//! The response to a message, read.

use rp_protocol::Response;

use crate::border::message::Status;
use crate::border::reply::Reply;
use crate::border::response::read_response;
use crate::calls::fast::Answer;
use crate::error::{CallFault, Error};

/// Reads the response of a call whose reply was wiped before it, since a module that claims to have written more than it did must not
/// answer with what another module wrote: UTF-8, one JSON object, whose `status` field agrees with the returned code.
#[inline(always)]
pub(super) fn response(
    answer: Answer,
    reply: &Reply,
    error: impl Fn(CallFault) -> Error,
) -> Result<Response<'_>, Error> {
    match answer {
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

/// The same for whoever wants no more than the status.
#[inline(always)]
pub(super) fn status(
    answer: Answer,
    reply: &Reply,
    error: impl Fn(CallFault) -> Error,
) -> Result<Status, Error> {
    response(answer, reply, error).map(|response| match response {
        Response::Success(_) => Status::Success,
        Response::Error(_) => Status::Failed,
    })
}

/// Checks the response of a call.
#[inline(never)]
fn read(status: Status, reply: &Reply, error: impl Fn(CallFault) -> Error) -> Result<Response<'_>, Error> {
    read_response(status, reply).map_err(error)
}
