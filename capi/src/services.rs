//! Services that come and go while the host runs.

use core::ffi::{c_char, c_void};

use crate::abi::{rph_drop_fn, rph_service_fn};
use crate::callback::Context;
use crate::contain::{contain, contain_or, given};
use crate::error::rph_error;
use crate::host::rph_host;
use crate::service::service;
use crate::text::text;

/// Adds a service, or replaces the one of that type. A message that the earlier one is answering is
/// answered by that.
/// [any-thread]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rph_add_service(
    host: Option<&rph_host>,
    r#type: *const c_char,
    len: usize,
    answer: rph_service_fn,
    context: *mut c_void,
    drop: rph_drop_fn,
) -> Option<Box<rph_error>> {
    let context = Context::new(context, drop);
    contain(|| {
        let (host, answer) = (given("host", host)?.own()?, given("answer", answer)?);
        // SAFETY: C lends the text until this call returns (rule 3 of rp_host.h).
        let message_type = unsafe { text("type", r#type, len) }?;
        host.add_service(message_type, service(answer, context));
        Ok(())
    })
}

/// Removes the service of that type: 1, or 0 if there is none. Its drop is called when the last
/// message that it answers is answered.
/// [any-thread]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rph_remove_service(
    host: Option<&rph_host>,
    r#type: *const c_char,
    len: usize,
) -> i32 {
    contain_or(0, || {
        // SAFETY: C lends the text until this call returns (rule 3 of rp_host.h).
        let message_type = unsafe { text("type", r#type, len) };
        let host = host.and_then(|host| host.own().ok());
        host.zip(message_type.ok()).is_some_and(|(host, of_type)| host.remove_service(of_type)).into()
    })
}
