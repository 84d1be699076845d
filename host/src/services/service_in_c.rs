//! A service by the contract of `rp_module.handle_message`.

use std::mem::size_of;

use rp_protocol::{Response, code};

use super::service::{Request, Service};
use crate::abi::{
    RP_ERR_CANCELLED, RP_ERR_NO_MEMORY, RP_ERR_PANIC, RP_FAILED, RP_OK, rp_message, rp_reply, rp_status,
    rp_str,
};
use crate::border::message::Status;
use crate::border::reply::{DEFAULT_REPLY_LIMIT, Reply, with_kept};
use crate::border::response::read_response;
use crate::error::{CallFault, ServiceError};

/// A service that answers as a module does: it appends a whole response to a reply. For functions in C; a service in Rust writes
/// the data alone.
///
/// The function gets the name of the sender, the message and the reply, by the rules of `handle_message` in `rp_module.h`. What
/// breaks them is answered to the sender as an error response.
pub struct ServiceInC<F>(F);

impl<F> ServiceInC<F>
where
    F: Fn(&str, *const rp_message, *mut rp_reply) -> rp_status + Send + Sync,
{
    /// The service of that function.
    pub fn new(answer: F) -> Self {
        ServiceInC(answer)
    }

    fn ask(&self, request: &Request<'_>, reply: &mut Reply) -> Result<Status, ServiceError> {
        let message = rp_message {
            struct_size: size_of::<rp_message>() as u32,
            flags: 0,
            id: request.id,
            cause: request.cause,
            r#type: lent(request.message_type),
            payload: lent(request.payload),
        };
        let status = match (self.0)(request.sender, &message, reply.begin()) {
            RP_OK => Ok(Status::Success),
            RP_FAILED => Ok(Status::Failed),
            other => Err(without_response(other)),
        };
        reply.finish(status.is_ok()).map_err(|fault| broken(&fault))?;
        status
    }
}

impl<F> Service for ServiceInC<F>
where
    F: Fn(&str, *const rp_message, *mut rp_reply) -> rp_status + Send + Sync,
{
    fn answer(&self, request: &Request<'_>, data: &mut Vec<u8>) -> Result<(), ServiceError> {
        with_kept(DEFAULT_REPLY_LIMIT, |reply| {
            let status = self.ask(request, reply)?;
            match read_response(status, reply).map_err(|fault| broken(&fault))? {
                Response::Success(success) => {
                    data.extend_from_slice(success.data.map_or("", |data| data.get()).as_bytes());
                    Ok(())
                }
                Response::Error(body) => {
                    let error = ServiceError::new(body.code.as_deref().unwrap_or(code::INTERNAL), body.error);
                    Err(match body.details {
                        Some(details) => error.with_details(details.to_owned()),
                        None => error,
                    })
                }
            }
        })
    }
}

fn lent(text: &str) -> rp_str {
    rp_str { data: text.as_ptr().cast(), len: text.len() }
}

/// The service broke a rule.
fn broken(fault: &CallFault) -> ServiceError {
    ServiceError::new(fault.protocol_code(), format!("the service of the host: {fault}"))
}

fn without_response(status: rp_status) -> ServiceError {
    let (code, text) = match status {
        RP_ERR_NO_MEMORY => (code::TOO_LARGE, "it ran out of memory".to_owned()),
        RP_ERR_PANIC => (code::PANIC, "it panicked".to_owned()),
        RP_ERR_CANCELLED => (code::CANCELLED, "it gave up".to_owned()),
        other => (code::INTERNAL, format!("it returned the unknown status {other}")),
    };
    ServiceError::new(code, format!("the service of the host: {text}"))
}
