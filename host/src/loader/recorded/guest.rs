//! An instance that answers from a recording.

use core::ffi::c_void;
use core::ptr;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::cassette::{Answered, Cassette};
use crate::abi::{RP_ERR_NO_MEMORY, RP_FAILED, RP_OK, rp_message, rp_reply, rp_status};
use crate::border::borrowed::bytes_of;
use crate::border::caller_reply::write_to_caller;
use crate::border::module::{Guest, Handler};
use crate::error::CallFault;

/// An instance that answers from a recording.
pub(super) struct RecordedGuest(pub(super) Cassette);

impl Guest for RecordedGuest {
    fn handler(&self) -> Handler {
        Handler { function: answer, context: ptr::from_ref(self).cast_mut().cast() }
    }

    unsafe fn destroy(&self) -> Result<(), CallFault> {
        Ok(())
    }
}

/// Answers a message of the ABI.
unsafe extern "C" fn answer(
    guest: *mut c_void,
    message: *const rp_message,
    reply: *mut rp_reply,
) -> rp_status {
    // SAFETY: `handler` is the only way to this function: the context is its boxed `RecordedGuest`, which lives as long as its
    // instance; the message is valid until the call returns (rule 2).
    let (guest, message) = unsafe { (&*guest.cast::<RecordedGuest>(), &*message) };
    // SAFETY: the texts of the message are borrowed until the call returns (rule 2).
    let texts = unsafe { (bytes_of(&message.r#type), bytes_of(&message.payload)) };
    let (Ok(message_type), Ok(payload)) = texts else { return RP_ERR_NO_MEMORY };
    let (message_type, payload) = (String::from_utf8_lossy(message_type), String::from_utf8_lossy(payload));
    let answered = catch_unwind(AssertUnwindSafe(|| guest.0.answer(&message_type, &payload)));
    let Ok(answered) = answered else { return RP_ERR_NO_MEMORY };
    let (status, text) = match &answered {
        Answered::Success(text) => (RP_OK, text),
        Answered::Error(text) => (RP_FAILED, text),
    };
    // SAFETY: the caller promises a valid reply that is this call's alone (rules 1 and 3).
    match unsafe { write_to_caller(reply, text.as_bytes()) } {
        RP_OK => status,
        refused => refused,
    }
}
