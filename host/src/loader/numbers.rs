//! Numbers and texts of a file, in its own byte order. Nothing is read outside of it.

/// The bytes of a file, or of a part of it.
#[derive(Clone, Copy)]
pub(super) struct Numbers<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) is_little: bool,
}

impl<'a> Numbers<'a> {
    /// That many bytes.
    pub(super) fn bytes(&self, at: u64, len: u64) -> Option<&'a [u8]> {
        self.bytes.get(usize::try_from(at).ok()?..)?.get(..usize::try_from(len).ok()?)
    }

    /// A number of up to eight bytes.
    pub(super) fn number(&self, at: u64, width: usize) -> Option<u64> {
        let bytes = self.bytes(at, width as u64)?;
        let mut word = [0; 8];
        Some(if self.is_little {
            word[..width].copy_from_slice(bytes);
            u64::from_le_bytes(word)
        } else {
            word[8 - width..].copy_from_slice(bytes);
            u64::from_be_bytes(word)
        })
    }

    /// A number of two bytes.
    pub(super) fn short(&self, at: u64) -> Option<u16> {
        self.number(at, 2).map(|number| number as u16)
    }

    /// A number of four bytes.
    pub(super) fn word(&self, at: u64) -> Option<u32> {
        self.number(at, 4).map(|number| number as u32)
    }

    /// The text from there to its NUL, without the NUL.
    pub(super) fn text(&self, at: u64) -> Option<&'a [u8]> {
        let text = self.bytes.get(usize::try_from(at).ok()?..)?;
        memchr::memchr(0, text).map(|end| &text[..end])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_in_the_order_of_its_file() {
        let bytes = &[1, 2, 3, 4, 5, 6, 7, 8, 0];
        let little = Numbers { bytes, is_little: true };
        let big = Numbers { bytes, is_little: false };
        assert_eq!((little.short(0), big.short(0)), (Some(0x0201), Some(0x0102)));
        assert_eq!((little.word(1), big.word(1)), (Some(0x0504_0302), Some(0x0203_0405)));
        assert_eq!(little.number(0, 8), Some(0x0807_0605_0403_0201));
        assert_eq!(big.number(0, 8), Some(0x0102_0304_0506_0708));
    }

    #[test]
    fn nothing_lies_outside_of_the_file() {
        let numbers = Numbers { bytes: b"ab\0c", is_little: true };
        assert_eq!((numbers.word(0).is_some(), numbers.word(1)), (true, None));
        assert_eq!(numbers.number(u64::MAX, 8), None);
        assert_eq!(numbers.bytes(1, u64::MAX), None);
        assert_eq!((numbers.text(0), numbers.text(3), numbers.text(4)), (Some(&b"ab"[..]), None, None));
    }
}
