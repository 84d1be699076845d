//! Walks the text of JSON without building values. The text is known to be valid: it was checked when it arrived.

use std::borrow::Cow;

use memchr::memchr2;

/// A place in a JSON text.
#[derive(Clone, Copy)]
pub(super) struct Scan<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scan<'a> {
    /// The beginning of `text`.
    pub(super) fn new(text: &'a str) -> Self {
        Scan { text, at: 0 }
    }

    /// Skips whitespace and returns the next byte without consuming it; 0 at the end.
    pub(super) fn peek(&mut self) -> u8 {
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.at) {
            if !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                return *byte;
            }
            self.at += 1;
        }
        0
    }

    /// Skips the next bracket, comma or colon.
    pub(super) fn step(&mut self) {
        self.peek();
        self.at = (self.at + 1).min(self.text.len());
    }

    /// Whether another member comes before the bracket `close`; skips a comma or that bracket.
    pub(super) fn another(&mut self, close: u8) -> bool {
        match self.peek() {
            0 => false,
            b',' => {
                self.step();
                true
            }
            byte if byte == close => {
                self.step();
                false
            }
            _ => true,
        }
    }

    /// Skips a key and its colon, and returns the key with its quotes and escapes.
    pub(super) fn key(&mut self) -> &'a str {
        let key = self.value();
        self.step();
        key
    }

    /// Skips one value and returns its text.
    pub(super) fn value(&mut self) -> &'a str {
        let first = self.peek();
        let start = self.at;
        match first {
            b'"' => self.pass_string(),
            b'{' | b'[' => self.pass_nested(),
            _ => self.pass_word(),
        }
        // Invalid JSON may end within a character.
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn pass_string(&mut self) {
        let bytes = self.text.as_bytes();
        self.at += 1;
        while let Some(found) = memchr2(b'"', b'\\', &bytes[self.at.min(bytes.len())..]) {
            self.at += found + 1;
            if bytes[self.at - 1] == b'"' {
                return;
            }
            self.at += 1;
        }
        self.at = bytes.len();
    }

    fn pass_nested(&mut self) {
        let bytes = self.text.as_bytes();
        let mut depth = 0_usize;
        while let Some(byte) = bytes.get(self.at) {
            match byte {
                b'"' => {
                    self.pass_string();
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return;
            }
        }
    }

    fn pass_word(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        let ends = |byte: &u8| matches!(byte, b',' | b']' | b'}' | b' ' | b'\t' | b'\n' | b'\r');
        self.at += rest.iter().position(ends).unwrap_or(rest.len());
    }
}

/// The text of a string; `None` if it encodes no text, such as a lone surrogate.
pub(super) fn unescape(string: &str) -> Option<Cow<'_, str>> {
    let inner = string.strip_prefix('"')?.strip_suffix('"')?;
    match memchr::memchr(b'\\', inner.as_bytes()) {
        None => Some(Cow::Borrowed(inner)),
        Some(_) => serde_json::from_str(string).ok().map(Cow::Owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_in_order() {
        let text = r#" { "a" : [1 , "x\"]}" , {} ] ,"b":-1.5e3 , "c" : { "d":null}, "\u0065":"é" } "#;
        let mut scan = Scan::new(text);
        let mut found = Vec::new();
        assert_eq!(scan.peek(), b'{');
        scan.step();
        while scan.another(b'}') {
            let key = unescape(scan.key()).unwrap();
            found.push((key, scan.value()));
        }
        let expected =
            [("a", r#"[1 , "x\"]}" , {} ]"#), ("b", "-1.5e3"), ("c", r#"{ "d":null}"#), ("e", "\"é\"")];
        assert_eq!(found, expected.map(|(key, value)| (Cow::Borrowed(key), value)));
        assert_eq!(scan.peek(), 0);
    }

    #[test]
    fn text_that_is_cut_short_ends() {
        let text = r#"{"a":[1,"\\",{"b":"\"é"}],"c":2}"#;
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            let mut scan = Scan::new(&text[..end]);
            scan.step();
            while scan.another(b'}') {
                scan.key();
                scan.value();
            }
        }
    }

    #[test]
    fn strings() {
        assert_eq!(unescape(r#""a""#).unwrap(), "a");
        assert_eq!(unescape(r#""\ud83d\ude00\u0000""#).unwrap(), "😀\0");
        assert_eq!(unescape(r#""\ud800""#), None);
        assert_eq!(unescape("1"), None);
        assert_eq!(unescape("\""), None);
    }
}
