//! Lines of text out of a stream of bytes.

/// The longest line, in bytes; a longer one is cut into several.
const LONGEST: usize = 8 << 10;

/// A line that has begun.
#[derive(Default)]
pub(super) struct Lines(Vec<u8>);

impl Lines {
    /// Takes bytes, and passes each line on that is whole now.
    pub(super) fn take(&mut self, bytes: &[u8], mut line: impl FnMut(&str)) {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.0.extend_from_slice(part);
            if part.ends_with(b"\n") || self.0.len() >= LONGEST {
                self.end(&mut line);
            }
        }
    }

    /// Passes on what has begun, if anything has.
    pub(super) fn end(&mut self, mut line: impl FnMut(&str)) {
        let text = String::from_utf8_lossy(&self.0);
        let text = text.trim_end_matches(['\n', '\r']);
        if !text.is_empty() {
            line(text);
        }
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_whole() {
        let (mut lines, mut found) = (Lines::default(), Vec::new());
        for bytes in ["one\ntw", "o\r\n\n", "three"] {
            lines.take(bytes.as_bytes(), |line| found.push(line.to_owned()));
        }
        lines.end(|line| found.push(line.to_owned()));
        assert_eq!(found, ["one", "two", "three"]);
    }
}
