//! A service that is a function in C.

use core::ffi::c_void;

use host::abi::{rp_message, rp_reply, rp_status, rp_str};
use host::{Service, ServiceInC};

use crate::c_text::lent;
use crate::callback::Context;

type ServiceFn =
    unsafe extern "C" fn(*mut c_void, *const rp_str, *const rp_message, *mut rp_reply) -> rp_status;

/// The service.
pub(crate) fn service(answer: ServiceFn, context: Context) -> impl Service {
    ServiceInC::new(move |sender, message, reply| {
        // SAFETY: C gave the function for this context; message and reply are valid until it returns (rule 5 of rp_host.h, and
        // rules 1 to 3 of rp_module.h).
        unsafe { answer(context.pointer(), &lent(sender), message, reply) }
    })
}
