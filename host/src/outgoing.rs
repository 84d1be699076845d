//! A message that a module sends, as it crosses the border.

use core::mem::size_of;
use std::borrow::Cow;

use rp_protocol::{code, is_object};

use crate::abi::{rp_message, rp_str};
use crate::services::Refusal;

/// A message as a module passed it, read by rules 1 to 3 but not yet believed.
pub(crate) struct Outgoing {
    message: Result<rp_message, &'static str>,
}

impl Outgoing {
    /// # Safety
    /// `message` is not NULL and valid for the call that passed it.
    pub(crate) unsafe fn read(message: *const rp_message) -> Self {
        // SAFETY: the caller's promise; struct_size comes first, and nothing past it is read.
        let size = unsafe { message.cast::<u32>().read() } as usize;
        if size < size_of::<rp_message>() {
            return Outgoing { message: Err("the message's struct_size is too small") };
        }
        // SAFETY: struct_size covers every field of this version.
        Outgoing { message: Ok(unsafe { message.read() }) }
    }

    /// The message in whose service it is sent, as the module says.
    pub(crate) fn cause(&self) -> u64 {
        self.message.as_ref().map_or(0, |message| message.cause)
    }

    /// Type and payload, held against rule 2 and the protocol.
    pub(crate) fn check(&self) -> Result<(&str, &str), Refusal> {
        let message = self.message.as_ref().map_err(|text| Refusal::new(code::INVALID_PAYLOAD, *text))?;
        if message.flags != 0 {
            return Err(Refusal::new(
                code::NOT_SUPPORTED,
                format!("unknown message flags {:#x}", message.flags),
            ));
        }
        let message_type = text("type", &message.r#type)?;
        let payload = text("payload", &message.payload)?;
        is_object(payload).map_err(|fault| Refusal::new(fault.code(), fault.to_string()))?;
        Ok((message_type, payload))
    }

    /// Type and payload of a message that failed `check`, as well as they can be shown.
    pub(crate) fn lossy_texts(&self) -> (Cow<'_, str>, Cow<'_, str>) {
        match &self.message {
            Ok(message) => (lossy(&message.r#type), lossy(&message.payload)),
            Err(_) => ("".into(), "".into()),
        }
    }
}

/// The bytes of a text that a module lends; none where it is NULL.
fn bytes_of(borrowed: &rp_str) -> &[u8] {
    if borrowed.data.is_null() {
        return &[];
    }
    // SAFETY: rule 2: the text is borrowed until the call that passed the message returns, and `Outgoing` lives inside it.
    unsafe { core::slice::from_raw_parts(borrowed.data.cast::<u8>(), borrowed.len) }
}

fn lossy(borrowed: &rp_str) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes_of(borrowed))
}

fn text<'a>(what: &str, borrowed: &'a rp_str) -> Result<&'a str, Refusal> {
    if borrowed.data.is_null() {
        return Err(Refusal::new(code::INVALID_PAYLOAD, format!("the message's {what} is NULL")));
    }
    core::str::from_utf8(bytes_of(borrowed)).map_err(|error| {
        let text = format!("the message's {what} is not UTF-8: byte {}", error.valid_up_to());
        Refusal::new(code::INVALID_PAYLOAD, text)
    })
}
