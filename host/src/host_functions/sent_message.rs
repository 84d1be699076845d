//! A message that a module sends, read and checked at the border.

use core::mem::size_of;
use std::borrow::Cow;

use rp_protocol::{code, is_object};

use crate::abi::rp_message;
use crate::border::borrowed::{self, NotLent};
use crate::border::message_id::MessageId;
use crate::error::ServiceError;

/// A message as a module passed it, read by rules 1 to 3 but not yet checked. Its texts are borrowed for `'a`.
pub(crate) struct SentMessage<'a> {
    message: Result<Parts<'a>, &'static str>,
}

struct Parts<'a> {
    flags: u32,
    cause: u64,
    message_type: Result<&'a [u8], NotLent>,
    payload: Result<&'a [u8], NotLent>,
}

impl<'a> SentMessage<'a> {
    /// Reads a message that a module passed.
    ///
    /// # Safety
    /// `message` is not NULL and, like its texts, valid for `'a`, which ends with the call that passed it.
    pub(crate) unsafe fn read(message: *const rp_message) -> Self {
        if !message.is_aligned() {
            return SentMessage { message: Err("the message is not aligned") };
        }
        // SAFETY: valid and aligned; struct_size comes first, and nothing past it is read.
        let size = unsafe { message.cast::<u32>().read() } as usize;
        if size < size_of::<rp_message>() {
            return SentMessage { message: Err("the message's struct_size is too small") };
        }
        // SAFETY: struct_size covers every field of this version.
        let message = unsafe { &*message };
        // SAFETY: rule 2: the texts are borrowed until the call that passed the message returns.
        let (message_type, payload) =
            unsafe { (borrowed::bytes_of(&message.r#type), borrowed::bytes_of(&message.payload)) };
        SentMessage {
            message: Ok(Parts { flags: message.flags, cause: message.cause, message_type, payload }),
        }
    }

    /// The message in whose service it is sent, as the module says.
    pub(crate) fn cause(&self) -> MessageId {
        MessageId(self.message.as_ref().map_or(0, |message| message.cause))
    }

    /// Type and payload, checked by rule 2 and the protocol.
    pub(crate) fn check(&self) -> Result<(&'a str, &'a str), ServiceError> {
        let message =
            self.message.as_ref().map_err(|text| ServiceError::new(code::INVALID_PAYLOAD, *text))?;
        if message.flags != 0 {
            return Err(ServiceError::new(
                code::NOT_SUPPORTED,
                format!("unknown message flags {:#x}", message.flags),
            ));
        }
        let message_type = text("type", message.message_type)?;
        let payload = text("payload", message.payload)?;
        is_object(payload).map_err(|fault| ServiceError::new(fault.code(), fault.to_string()))?;
        Ok((message_type, payload))
    }

    /// Type and payload of a message that failed `check`, as well as they can be shown.
    pub(crate) fn lossy_texts(&self) -> (Cow<'a, str>, Cow<'a, str>) {
        let lossy = |text: Result<&'a [u8], NotLent>| String::from_utf8_lossy(text.unwrap_or_default());
        match &self.message {
            Ok(message) => (lossy(message.message_type), lossy(message.payload)),
            Err(_) => ("".into(), "".into()),
        }
    }
}

fn text<'a>(what: &str, bytes: Result<&'a [u8], NotLent>) -> Result<&'a str, ServiceError> {
    let refuse = |text| ServiceError::new(code::INVALID_PAYLOAD, text);
    let bytes = bytes.map_err(|fault| refuse(format!("the message's {what} {fault}")))?;
    core::str::from_utf8(bytes)
        .map_err(|error| refuse(format!("the message's {what} is not UTF-8: byte {}", error.valid_up_to())))
}
