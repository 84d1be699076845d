//! The body of a call: what the worker needs beside the numbers of the head.

use std::time::Duration;

use super::fields::Fields;

/// A message for the instance. Its id and its cause are in the head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CallBody<'a> {
    /// The most bytes of the response.
    pub(crate) reply_limit: u64,
    /// The time until the deadline, if there is one.
    pub(crate) left: Option<Duration>,
    pub(crate) message_type: &'a [u8],
    pub(crate) payload: &'a [u8],
}

/// The numbers before the texts.
pub(crate) type Numbers = [u8; 24];

/// Stands for no deadline.
const NONE: u64 = u64::MAX;

impl<'a> CallBody<'a> {
    /// The first part of the body; type and payload follow it.
    pub(crate) fn numbers(&self) -> Numbers {
        let left = self.left.map_or(NONE, |left| u64::try_from(left.as_nanos()).unwrap_or(NONE));
        let mut bytes = [0; 24];
        bytes[0..8].copy_from_slice(&self.reply_limit.to_le_bytes());
        bytes[8..16].copy_from_slice(&left.to_le_bytes());
        bytes[16..24].copy_from_slice(&(self.message_type.len() as u64).to_le_bytes());
        bytes
    }

    /// Reads one.
    pub(crate) fn read(body: &'a [u8]) -> Option<Self> {
        let mut fields = Fields(body);
        let (reply_limit, left, len) = (fields.number()?, fields.number()?, fields.number()?);
        let left = (left != NONE).then(|| Duration::from_nanos(left));
        let message_type = fields.bytes(len)?;
        Some(CallBody { reply_limit, left, message_type, payload: fields.0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_read_as_it_was_written() {
        for left in [None, Some(Duration::ZERO), Some(Duration::from_millis(3))] {
            let call = CallBody { reply_limit: 7, left, message_type: b"command", payload: b"{}" };
            let whole = [&call.numbers()[..], call.message_type, call.payload].concat();
            assert_eq!(CallBody::read(&whole), Some(call));
            assert!((0..31).all(|len| CallBody::read(&whole[..len]).is_none()));
        }
    }
}
