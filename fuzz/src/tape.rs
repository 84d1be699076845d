//! An input, read piece by piece.

/// Bytes that are read once; past the end come zeros and empty pieces.
#[derive(Default)]
pub struct Tape {
    bytes: Vec<u8>,
    at: usize,
}

impl Tape {
    /// A tape of its own.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        Tape { bytes: bytes.to_vec(), at: 0 }
    }

    /// Whether everything was read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// The next byte.
    pub fn byte(&mut self) -> u8 {
        self.bytes(1).first().copied().unwrap_or(0)
    }

    /// The next bytes, as far as there are any.
    pub fn bytes(&mut self, count: usize) -> &[u8] {
        let start = self.at.min(self.bytes.len());
        self.at = (start + count).min(self.bytes.len());
        &self.bytes[start..self.at]
    }
}
