//! A message that the module sends, as far as the worker can read it. The host's own function judges it.

use super::fields::Fields;

/// A text that the module passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SentText<'a> {
    /// Its bytes.
    Bytes(&'a [u8]),
    /// NULL, with that length.
    Null(u64),
    /// A length that no memory has.
    TooLong(u64),
}

/// A message that the module sends. Its cause is in the head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SendBody<'a> {
    /// The pointer is not aligned, so nothing of it was read.
    Misaligned,
    /// It says that it is too small, so nothing else of it was read.
    TooSmall(u32),
    /// A message.
    Whole { struct_size: u32, flags: u32, id: u64, message_type: SentText<'a>, payload: SentText<'a> },
}

const MISALIGNED: u32 = 0;
const TOO_SMALL: u32 = 1;
const WHOLE: u32 = 2;
const BYTES: u32 = 0;
const NULL: u32 = 1;
const TOO_LONG: u32 = 2;

impl<'a> SentText<'a> {
    fn what(self) -> (u32, u64) {
        match self {
            SentText::Bytes(bytes) => (BYTES, bytes.len() as u64),
            SentText::Null(len) => (NULL, len),
            SentText::TooLong(len) => (TOO_LONG, len),
        }
    }

    /// The bytes that follow the numbers.
    pub(crate) fn bytes(self) -> &'a [u8] {
        match self {
            SentText::Bytes(bytes) => bytes,
            SentText::Null(_) | SentText::TooLong(_) => &[],
        }
    }

    fn read(what: u32, len: u64, fields: &mut Fields<'a>) -> Option<Self> {
        match what {
            BYTES => Some(SentText::Bytes(fields.bytes(len)?)),
            NULL => Some(SentText::Null(len)),
            TOO_LONG => Some(SentText::TooLong(len)),
            _ => None,
        }
    }
}

impl<'a> SendBody<'a> {
    /// The numbers; the bytes of type and payload follow them.
    pub(crate) fn numbers(&self) -> Vec<u8> {
        let (what, size, flags, id, texts) = match *self {
            SendBody::Misaligned => (MISALIGNED, 0, 0, 0, [(0, 0); 2]),
            SendBody::TooSmall(size) => (TOO_SMALL, size, 0, 0, [(0, 0); 2]),
            SendBody::Whole { struct_size, flags, id, message_type, payload } => {
                (WHOLE, struct_size, flags, id, [message_type.what(), payload.what()])
            }
        };
        let mut bytes = Vec::with_capacity(48);
        for small in [what, size, flags, texts[0].0, texts[1].0] {
            bytes.extend_from_slice(&small.to_le_bytes());
        }
        for number in [id, texts[0].1, texts[1].1] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        bytes
    }

    /// Reads one.
    pub(crate) fn read(body: &'a [u8]) -> Option<Self> {
        let mut fields = Fields(body);
        let (what, size, flags) = (fields.small()?, fields.small()?, fields.small()?);
        let texts = (fields.small()?, fields.small()?);
        let (id, type_len, payload_len) = (fields.number()?, fields.number()?, fields.number()?);
        let read = match what {
            MISALIGNED => SendBody::Misaligned,
            TOO_SMALL => SendBody::TooSmall(size),
            WHOLE => {
                let message_type = SentText::read(texts.0, type_len, &mut fields)?;
                let payload = SentText::read(texts.1, payload_len, &mut fields)?;
                SendBody::Whole { struct_size: size, flags, id, message_type, payload }
            }
            _ => return None,
        };
        fields.end(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_read_as_it_was_written() {
        let whole = |message_type, payload| SendBody::Whole {
            struct_size: 56,
            flags: 1,
            id: 2,
            message_type,
            payload,
        };
        let texts = [SentText::Bytes(b"query"), SentText::Null(3), SentText::TooLong(u64::MAX)];
        let pairs = texts.iter().flat_map(|one| texts.iter().map(|other| whole(*one, *other)));
        for message in pairs.chain([SendBody::Misaligned, SendBody::TooSmall(8)]) {
            let parts = match message {
                SendBody::Whole { message_type, payload, .. } => [message_type.bytes(), payload.bytes()],
                _ => [&[][..]; 2],
            };
            let body = [&message.numbers()[..], parts[0], parts[1]].concat();
            assert_eq!(SendBody::read(&body), Some(message));
            assert!((0..body.len()).all(|len| SendBody::read(&body[..len]) != Some(message)));
        }
    }
}
