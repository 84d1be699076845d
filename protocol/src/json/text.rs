//! Writes a text as a JSON string.
use std::io;

use crate::block;

/// Writes a text in quotes, with escapes for what does not stand for itself.
pub(super) fn write(out: &mut impl io::Write, text: &str) -> io::Result<()> {
    out.write_all(b"\"")?;
    let bytes = text.as_bytes();
    if is_short_and_plain(bytes) {
        out.write_all(bytes)?;
    } else {
        write_contents(out, bytes)?;
    }
    out.write_all(b"\"")
}

/// Whether a text is too short for a block and stands for itself.
#[inline(always)]
fn is_short_and_plain(bytes: &[u8]) -> bool {
    if bytes.len() >= 16 {
        return false;
    }
    // Both words may have bytes in common.
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        return !block::any_special([u64::from_le_bytes(*first), u64::from_le_bytes(*last)]);
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        let [first, last] = [*first, *last].map(|half| u64::from(u32::from_le_bytes(half)));
        let both = first | last << 32;
        return !block::any_special([both, both]);
    }
    bytes.iter().all(|byte| !is_special(*byte))
}

fn is_special(byte: u8) -> bool {
    matches!(byte, 0..b' ' | b'"' | b'\\')
}

fn write_contents(out: &mut impl io::Write, bytes: &[u8]) -> io::Result<()> {
    // What was not written yet begins there.
    let mut start = 0;
    let mut at = 0;
    while at < bytes.len() {
        let (mut special, len) = special(bytes, at);
        while special != 0 {
            let place = at + special.trailing_zeros() as usize;
            out.write_all(&bytes[start..place])?;
            escape(out, bytes[place])?;
            start = place + 1;
            special &= special - 1;
        }
        at += len;
    }
    out.write_all(&bytes[start..])
}

/// A bit for each byte from `at` on that does not stand for itself, and how many were looked at.
#[inline(always)]
fn special(bytes: &[u8], at: usize) -> (u64, usize) {
    let rest = &bytes[at..];
    if let Some(wide) = rest.first_chunk() {
        return (block::special(wide), block::WIDE);
    }
    if let Some(block) = rest.first_chunk() {
        return (block::special_in(block), block::LEN);
    }
    let bits = match bytes.last_chunk() {
        // The block begins before the rest.
        Some(block) => block::special_in(block) >> (block::LEN - rest.len()),
        None => rest.iter().rev().fold(0, |bits, byte| bits << 1 | u64::from(is_special(*byte))),
    };
    (bits, rest.len())
}

fn escape(out: &mut impl io::Write, byte: u8) -> io::Result<()> {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let short = match byte {
        b'"' | b'\\' => byte,
        b'\n' => b'n',
        b'\t' => b't',
        b'\r' => b'r',
        8 => b'b',
        12 => b'f',
        _ => {
            let [high, low] = [byte >> 4, byte & 15].map(|digit| HEX[usize::from(digit)]);
            return out.write_all(&[b'\\', b'u', b'0', b'0', high, low]);
        }
    };
    out.write_all(&[b'\\', short])
}
