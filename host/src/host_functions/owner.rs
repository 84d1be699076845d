//! Messages of the host's owner: the program around it, which may do everything.

use rp_protocol::is_object;

use crate::border::message::{Message, Status};
use crate::border::reply::Reply;
use crate::calls::call_chain::Caller;
use crate::calls::frame::with_innermost;
use crate::error::{CallFault, ServiceError};
use crate::host_functions::router::{Asked, Unanswered};
use crate::services::services::Services;

/// Sends a message where one of a module would go, in the service of the message that this thread handles, if any. The
/// response is checked; a fault comes with the name of the instance that is at fault.
pub(crate) fn send_as_owner(
    services: &Services,
    message: &Message<'_>,
    reply: &mut Reply,
) -> Result<Status, (String, CallFault)> {
    let checked = is_object(message.payload);
    let checked = checked.map_err(|fault| ServiceError::new(fault.code(), fault.to_string()));
    with_innermost(|frame| {
        let caller = frame.map_or(Caller::Root, Caller::Frame);
        let asked = Asked { instance: None, services, caller, message: *message };
        let answer = asked.route(checked, reply);
        answer.map_err(|Unanswered { target, fault, .. }| (target.name.clone(), fault))
    })
}
