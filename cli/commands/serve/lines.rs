//! The lines of a client, each of a bounded size.

use std::io::{self, BufRead, BufReader, Read};

use crate::json::without_mark;

/// A longer line is refused, and not kept in memory.
const LINE_BYTES: u64 = 64 << 20;

/// A line that is not blank.
pub enum Line {
    Text(String),
    /// No text that could be a request; says why.
    Wrong(String),
}

/// Reads lines.
pub struct Lines<R>(BufReader<R>);

impl<R: Read> Lines<R> {
    pub fn new(input: R) -> Self {
        Lines(BufReader::new(input))
    }

    /// The next line; None at the end.
    pub fn next(&mut self) -> io::Result<Option<Line>> {
        loop {
            let mut bytes = Vec::new();
            let read = (&mut self.0).take(LINE_BYTES + 1).read_until(b'\n', &mut bytes)?;
            if read == 0 {
                return Ok(None);
            }
            if bytes.len() as u64 > LINE_BYTES {
                if bytes.last() != Some(&b'\n') {
                    self.skip()?;
                }
                return Ok(Some(Line::Wrong(format!("a line is longer than {LINE_BYTES} bytes"))));
            }
            match String::from_utf8(bytes) {
                Ok(text) if text.trim().is_empty() => {}
                Ok(text) => return Ok(Some(Line::Text(without_mark(&text).to_owned()))),
                Err(error) => {
                    let at = error.utf8_error().valid_up_to();
                    return Ok(Some(Line::Wrong(format!("byte {at} of the line is not UTF-8"))));
                }
            }
        }
    }

    /// Drops the rest of a line.
    fn skip(&mut self) -> io::Result<()> {
        loop {
            let bytes = self.0.fill_buf()?;
            let end = bytes.iter().position(|byte| *byte == b'\n');
            let (taken, is_over) = (end.map_or(bytes.len(), |at| at + 1), end.is_some() || bytes.is_empty());
            self.0.consume(taken);
            if is_over {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_line_does_not_spoil_the_next() {
        let long = vec![b'x'; usize::try_from(LINE_BYTES).expect("64 bits") + 10];
        let input = ["\u{feff}zero\r\n".as_bytes(), b"\n  \none\r\n\xff\n", &long[..], b"\ntwo"].concat();
        let mut lines = Lines::new(&input[..]);
        let mut all = Vec::new();
        while let Some(line) = lines.next().expect("readable") {
            all.push(match line {
                Line::Text(text) => text.trim().to_owned(),
                Line::Wrong(text) => format!("! {text}"),
            });
        }
        assert_eq!(
            all,
            [
                "zero",
                "one",
                "! byte 0 of the line is not UTF-8",
                "! a line is longer than 67108864 bytes",
                "two"
            ]
        );
    }
}
