//! The SHA-256 of a file, as people write it.

use std::fmt::{self, Display, Formatter};

use serde::Deserialize;

/// A SHA-256 in 64 hexadecimal digits.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct FileHash(pub(crate) [u8; 32]);

/// It is none.
#[derive(Debug)]
pub(crate) struct NotAHash {
    pub(crate) text: &'static str,
    pub(crate) help: &'static str,
}

impl Display for NotAHash {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.text, self.help)
    }
}

impl TryFrom<String> for FileHash {
    type Error = NotAHash;

    fn try_from(text: String) -> Result<Self, NotAHash> {
        let digits = text.as_bytes();
        let mut hash = [0; 32];
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let read = |(place, pair): (&mut u8, &[u8])| {
            *place = digit(pair[0])? * 16 + digit(pair[1])?;
            Some(())
        };
        let pairs = hash.iter_mut().zip(digits.chunks_exact(2));
        if digits.len() == 64 && pairs.map(read).all(|it| it.is_some()) {
            return Ok(FileHash(hash));
        }
        Err(NotAHash {
            text: "this is not a SHA-256",
            help: "`sha256sum FILE` prints its 64 hexadecimal digits",
        })
    }
}
