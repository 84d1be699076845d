//! Which bytes of a text do not stand for themselves in a JSON string, looked at a few at once: control characters, quotes and
//! backslashes.

#[cfg(not(target_arch = "x86_64"))]
pub(crate) use portable::{LEN, WIDE, any_special, plain, plain_behind, special, special_in};
#[cfg(target_arch = "x86_64")]
pub(crate) use sse2::{LEN, WIDE, any_special, plain, plain_behind, special, special_in};

#[cfg(target_arch = "x86_64")]
mod sse2 {
    use std::arch::x86_64::{
        _mm_cmpeq_epi8, _mm_min_epu8, _mm_movemask_epi8, _mm_or_si128, _mm_set_epi64x, _mm_set1_epi8,
    };

    pub(crate) const LEN: usize = 16;
    pub(crate) const WIDE: usize = 64;

    /// A bit for each byte that does not stand for itself in a string.
    #[inline(always)]
    pub(crate) fn special(wide: &[u8; WIDE]) -> u64 {
        let (blocks, _) = wide.as_chunks::<LEN>();
        // SAFETY: every x86-64 has SSE2.
        blocks.iter().rev().fold(0, |bits, block| bits << LEN | u64::from(unsafe { special_sse2(block) }))
    }

    /// How many bytes stand for themselves in a string, from the first on.
    #[inline(always)]
    pub(crate) fn plain(block: &[u8; LEN]) -> usize {
        plain_behind(block, 0)
    }

    /// The same without looking at the first `skip` bytes, at most all of them. Bytes behind the block are plain.
    #[inline(always)]
    pub(crate) fn plain_behind(block: &[u8; LEN], skip: usize) -> usize {
        // SAFETY: every x86-64 has SSE2.
        let special = unsafe { special_sse2(block) };
        ((special | 1 << LEN) >> skip).trailing_zeros() as usize
    }

    /// The same for one block.
    #[inline(always)]
    pub(crate) fn special_in(block: &[u8; LEN]) -> u64 {
        // SAFETY: every x86-64 has SSE2.
        u64::from(unsafe { special_sse2(block) })
    }

    /// Whether any byte of two words is one.
    #[inline(always)]
    pub(crate) fn any_special(words: [u64; 2]) -> bool {
        // SAFETY: every x86-64 has SSE2.
        unsafe { special_in_words(words) != 0 }
    }

    /// A bit for each byte that does not stand for itself.
    #[inline]
    #[target_feature(enable = "sse2")]
    fn special_sse2(block: &[u8; LEN]) -> u32 {
        let whole = u128::from_le_bytes(*block);
        special_in_words([whole as u64, (whole >> 64) as u64])
    }

    #[inline]
    #[target_feature(enable = "sse2")]
    fn special_in_words([low, high]: [u64; 2]) -> u32 {
        let bytes = _mm_set_epi64x(high as i64, low as i64);
        let is = |byte: u8| _mm_cmpeq_epi8(bytes, _mm_set1_epi8(byte as i8));
        let is_control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1f)), bytes);
        let is_special = _mm_or_si128(is_control, _mm_or_si128(is(b'"'), is(b'\\')));
        _mm_movemask_epi8(is_special) as u32
    }
}

/// A few bytes looked at at once, as the bytes of a number.
#[cfg(any(test, not(target_arch = "x86_64")))]
mod portable {
    pub(crate) const LEN: usize = 8;
    pub(crate) const WIDE: usize = 64;

    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES * 0x80;

    /// A bit for each byte that does not stand for itself in a string.
    #[inline]
    pub(crate) fn special(wide: &[u8; WIDE]) -> u64 {
        let (blocks, _) = wide.as_chunks::<LEN>();
        blocks.iter().rev().fold(0, |bits, block| bits << LEN | special_in(block))
    }

    /// The same for one block.
    #[inline]
    pub(crate) fn special_in(block: &[u8; LEN]) -> u64 {
        // The factor moves the high bit of the byte k to the bit 56 + k, and no two products meet.
        const GATHER: u64 = 0x0002_0408_1020_4081;
        high_bits(u64::from_le_bytes(*block)).wrapping_mul(GATHER) >> 56
    }

    /// Whether any byte of two words is one.
    #[inline]
    pub(crate) fn any_special([low, high]: [u64; 2]) -> bool {
        high_bits(low) | high_bits(high) != 0
    }

    /// How many bytes stand for themselves in a string, from the first on.
    #[inline]
    pub(crate) fn plain(block: &[u8; LEN]) -> usize {
        plain_behind(block, 0)
    }

    /// The same without looking at the first `skip` bytes, at most all of them. Bytes behind the block are plain.
    #[inline]
    pub(crate) fn plain_behind(block: &[u8; LEN], skip: usize) -> usize {
        let special = high_bits(u64::from_le_bytes(*block)).checked_shr(8 * skip as u32);
        // What takes the place of the skipped bytes is above what counts.
        special.map_or(0, |special| special.trailing_zeros() as usize / 8)
    }

    /// The high bit of each byte that does not stand for itself in a string.
    #[inline]
    fn high_bits(bytes: u64) -> u64 {
        // No byte carries into the next one: the sum of two numbers below 128 is below 256.
        let is_zero = |bytes: u64| !(((bytes & !HIGH) + !HIGH) | bytes) & HIGH;
        let is = |byte: u8| is_zero(bytes ^ (ONES * u64::from(byte)));
        let is_control = is_zero(bytes & (ONES * 0xe0));
        is_control | is(b'"') | is(b'\\')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every byte at every place of a block, however it is looked at.
    #[test]
    fn blocks_tell_what_is_special() {
        for byte in 0..=u8::MAX {
            for at in 0..64 {
                // Neighbours that a carry or a borrow would reach.
                for other in [b'x', 0x80, 0x21, 0xff] {
                    let mut wide = [other; 64];
                    wide[at] = byte;
                    let special = u64::from(matches!(byte, 0..b' ' | b'"' | b'\\')) << at;
                    assert_eq!(portable::special(&wide), special, "{byte} at {at}");
                    assert_eq!(super::special(&wide), special, "{byte} at {at}");
                    let word = |at: usize| u64::from_le_bytes(wide[at..at + 8].try_into().unwrap());
                    let words = [word(at / 8 * 8), u64::from_le_bytes([b'x'; 8])];
                    let is_special = matches!(byte, 0..b' ' | b'"' | b'\\');
                    for words in [words, [words[1], words[0]]] {
                        assert_eq!(portable::any_special(words), is_special, "{byte} at {at}");
                        assert_eq!(any_special(words), is_special, "{byte} at {at}");
                    }
                    let (blocks, _) = wide.as_chunks();
                    let plain = special.trailing_zeros().min(8) as usize;
                    assert_eq!(portable::plain(&blocks[0]), plain, "{byte} at {at}");
                    // The first byte is not looked at.
                    let behind = (special >> 1).trailing_zeros().min(8) as usize;
                    let behind = if behind < 7 { behind } else { 8 };
                    assert_eq!(portable::plain_behind(&blocks[0], 1), behind, "{byte} at {at}");
                }
            }
        }
    }
}
