//! The byte order mark that programs on Windows put before text in UTF-8.

use std::io::{self, BufRead};

const MARK: &str = "\u{feff}";

/// Passes over the mark at the beginning of an input; answers its bytes.
pub fn skip_mark(input: &mut impl BufRead) -> io::Result<usize> {
    let len = if input.fill_buf()?.starts_with(MARK.as_bytes()) { MARK.len() } else { 0 };
    input.consume(len);
    Ok(len)
}

/// The text without it.
pub fn without_mark(text: &str) -> &str {
    text.strip_prefix(MARK).unwrap_or(text)
}
