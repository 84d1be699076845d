//! JSON with comments: `//`, `/* */` and trailing commas, as editors know it by the name JSONC.

/// Reads the lines of a session and finds where a step ends. What is not JSON becomes spaces, so that every byte keeps its
/// place. Steps stand one after another, or as the elements of one array.
#[derive(Default)]
pub struct Scanner {
    state: State,
    depth: usize,
    /// Where the last comma is, as long as nothing but spaces followed it.
    comma: Option<usize>,
    array: Array,
}

#[derive(Default, PartialEq, Eq)]
enum State {
    #[default]
    Json,
    Text,
    Comment,
}

/// The array around the steps.
#[derive(Default, PartialEq, Eq)]
enum Array {
    /// Nothing was read yet.
    #[default]
    Possible,
    No,
    Open,
}

impl Scanner {
    /// Adds a line to the JSON of a step.
    pub fn push(&mut self, line: &str, json: &mut Vec<u8>) {
        let mut rest = line.as_bytes();
        while !rest.is_empty() {
            let length = match self.state {
                State::Json => self.json(rest, json),
                State::Text => self.text(rest, json),
                State::Comment => self.comment(rest, json),
            };
            rest = &rest[length..];
        }
        if self.state == State::Text {
            // No string goes on in the next line: the step is wrong, and nothing after it belongs to it.
            (self.state, self.depth) = (State::Json, 0);
        }
    }

    /// Whether the step that was begun has ended.
    pub fn is_done(&self) -> bool {
        self.depth == 0 && self.state == State::Json
    }

    /// Whether a step goes on. A `{` in the first column begins another one even so: where a `}` is missing, only that step is
    /// wrong.
    pub fn is_within(&self) -> bool {
        self.depth > 0 && self.state == State::Json
    }

    /// Forgets the step that was begun.
    pub fn cut(&mut self) {
        (self.depth, self.comma) = (0, None);
    }

    /// What is open at the end of a session, if it is no step.
    pub fn left_open(&self) -> Option<&'static str> {
        match (&self.state, &self.array) {
            (State::Comment, _) => Some("the last comment does not end: `*/` is missing"),
            (_, Array::Open) => Some("the array of steps does not end: `]` is missing"),
            _ => None,
        }
    }

    /// Passes a token on; answers its length.
    fn json(&mut self, rest: &[u8], json: &mut Vec<u8>) -> usize {
        if rest.starts_with(b"//") {
            return blank(rest, json);
        }
        if rest.starts_with(b"/*") {
            self.state = State::Comment;
            return blank(&rest[..2], json);
        }
        let byte = rest[0];
        if self.depth == 0 && self.is_of_array(byte) {
            return blank(&rest[..1], json);
        }
        match byte {
            b'"' => self.state = State::Text,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                if let Some(comma) = self.comma {
                    json[comma] = b' ';
                }
            }
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            self.comma = (byte == b',').then_some(json.len());
            if self.array == Array::Possible {
                self.array = Array::No;
            }
        }
        json.push(byte);
        1
    }

    /// Whether a byte between steps belongs to the array around them.
    fn is_of_array(&mut self, byte: u8) -> bool {
        match (byte, &self.array) {
            (b'[', Array::Possible) => self.array = Array::Open,
            (b',', Array::Open) => {}
            (b']', Array::Open) => self.array = Array::No,
            _ => return false,
        }
        true
    }

    /// Passes the rest of a string on; most of a session is in strings.
    fn text(&mut self, rest: &[u8], json: &mut Vec<u8>) -> usize {
        let mut at = 0;
        while at < rest.len() && rest[at] != b'"' {
            at += if rest[at] == b'\\' { 2 } else { 1 };
        }
        if at < rest.len() {
            self.state = State::Json;
        }
        let end = (at + 1).min(rest.len());
        json.extend_from_slice(&rest[..end]);
        end
    }

    fn comment(&mut self, rest: &[u8], json: &mut Vec<u8>) -> usize {
        if rest.starts_with(b"*/") {
            self.state = State::Json;
            return blank(&rest[..2], json);
        }
        blank(&rest[..1], json)
    }
}

/// Spaces for all but the end of the line.
fn blank(bytes: &[u8], json: &mut Vec<u8>) -> usize {
    json.extend(bytes.iter().map(|byte| if b"\r\n".contains(byte) { *byte } else { b' ' }));
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The JSON of a text, and whether a step ended with it.
    fn scan(text: &str) -> (String, bool) {
        let (mut scanner, mut json) = (Scanner::default(), Vec::new());
        for line in text.split_inclusive('\n') {
            scanner.push(line, &mut json);
        }
        (String::from_utf8(json).expect("UTF-8"), scanner.is_done())
    }

    #[test]
    fn what_is_not_json_becomes_spaces() {
        let cases = [
            (r#"{"a":"// no /* comment */"}"#, r#"{"a":"// no /* comment */"}"#, true),
            (r#"{"a":"\"//"} // ä"#, r#"{"a":"\"//"}      "#, true),
            ("{ /* ä */ \"a\":1,}", "{          \"a\":1 }", true),
            ("{\"a\":[1, // one\n 2, // two\n],\n}", "{\"a\":[1,       \n 2        \n] \n}", true),
            ("{\"a\":[1, /*\n", "{\"a\":[1,   \n", false),
            ("[ {\"a\":[,]}, ]", "  {\"a\":[ ]}   ", true),
            ("{\"a\":\"x\n", "{\"a\":\"x\n", true),
            ("{\"a\":\n", "{\"a\":\n", false),
            ("}", "}", true),
        ];
        for (text, json, is_done) in cases {
            assert_eq!(scan(text), (json.to_owned(), is_done), "{text}");
        }
    }
}
