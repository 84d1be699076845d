//! The response in a reply, checked against the status that came with it.

use rp_protocol::Response;

use crate::abi::{RP_FAILED, RP_OK};
use crate::border::message::Status;
use crate::border::reply::Reply;
use crate::error::CallFault;

/// Reads a response and checks that it agrees with the status.
pub(crate) fn read_response<'r>(status: Status, reply: &'r Reply) -> Result<Response<'r>, CallFault> {
    let text = reply.text().map_err(|error| CallFault::NotUtf8(error.valid_up_to()))?;
    if text.is_empty() {
        return Err(CallFault::NoResponse(if status == Status::Success { "RP_OK" } else { "RP_FAILED" }));
    }
    let response = Response::parse(text)?;
    match (&response, status) {
        (Response::Success(_), Status::Success) | (Response::Error(_), Status::Failed) => Ok(response),
        (_, Status::Success) => Err(CallFault::StatusMismatch { status: RP_OK }),
        (_, Status::Failed) => Err(CallFault::StatusMismatch { status: RP_FAILED }),
    }
}

/// Like [`read_response`], but an error response becomes a fault.
pub(crate) fn expect_success<'r>(
    status: Status,
    reply: &'r Reply,
) -> Result<rp_protocol::Success<'r>, CallFault> {
    match read_response(status, reply)? {
        Response::Success(success) => Ok(success),
        Response::Error(body) => Err(CallFault::from_answer(&body)),
    }
}
