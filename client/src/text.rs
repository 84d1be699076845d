//! Descriptions as comments, and lists that break where they are too long.

/// The text in lines of at most `width` columns, unless a word is longer. The lines of a paragraph are put together, but for
/// indented ones and items of a list; an empty line ends it. Control characters become spaces.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut paragraphs: Vec<String> = Vec::new();
    let mut is_open = false;
    for line in text.trim().lines() {
        let stands_alone = line.starts_with([' ', '\t', '-', '*']);
        match paragraphs.last_mut() {
            Some(last) if is_open && !stands_alone && !line.trim().is_empty() => {
                *last = format!("{last} {line}");
            }
            _ => paragraphs.push(line.to_owned()),
        }
        is_open = !line.trim().is_empty();
    }
    let plain = |letter: char| if is_plain(letter) { letter } else { ' ' };
    let paragraphs = paragraphs.iter().map(|line| line.chars().map(plain).collect::<String>());
    paragraphs.flat_map(|line| filled(&line, width)).collect()
}

/// Not what would hide in the source or turn the direction of its reading round.
pub fn is_plain(letter: char) -> bool {
    !letter.is_control()
        && !matches!(letter, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{feff}')
        && !('\u{202a}'..='\u{202e}').contains(&letter)
        && !('\u{2066}'..='\u{2069}').contains(&letter)
}

fn filled(line: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in line.split_whitespace() {
        let last = lines.last().map_or(0, |last| last.chars().count());
        if last > 0 && last + 1 + word.chars().count() > width {
            lines.push(String::new());
        }
        let last = lines.last_mut().expect("there is a line");
        if !last.is_empty() {
            last.push(' ');
        }
        last.push_str(word);
    }
    lines
}

/// The text as one line.
pub fn line(text: &str) -> String {
    wrapped(text, usize::MAX).join(" ").trim().to_owned()
}

/// A text of code that grows line by line.
#[derive(Default)]
pub struct Code {
    text: String,
}

impl Code {
    /// Adds a line.
    pub fn line(&mut self, line: impl AsRef<str>) {
        self.text.push_str(line.as_ref().trim_end());
        self.text.push('\n');
    }

    /// Adds an empty line.
    pub fn gap(&mut self) {
        self.text.push('\n');
    }

    /// Adds lines.
    pub fn lines<T: AsRef<str>>(&mut self, lines: impl IntoIterator<Item = T>) {
        for line in lines {
            self.line(line);
        }
    }

    /// Adds text that has its line breaks.
    pub fn raw(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// All of it.
    pub fn into_text(self) -> String {
        self.text
    }
}

/// `head(a, b)tail` in one line of at most `width` columns, or else with a line for each item and a comma after the last.
pub fn listed(
    indent: usize,
    head: &str,
    items: &[String],
    tail: &str,
    step: usize,
    width: usize,
) -> Vec<String> {
    let open = head.chars().last().unwrap_or('(');
    let close = match open {
        '{' => "}",
        '[' => "]",
        _ => ")",
    };
    let space = " ".repeat(indent);
    let one = format!("{space}{head}{}{close}{tail}", items.join(", "));
    if one.chars().count() <= width || items.is_empty() {
        return vec![one];
    }
    let inner = " ".repeat(indent + step);
    let mut lines = vec![format!("{space}{head}")];
    lines.extend(items.iter().map(|item| format!("{inner}{item},")));
    lines.push(format!("{space}{close}{tail}"));
    lines
}

/// A string literal of Python and TypeScript: in double quotation marks, unless single ones need fewer escapes.
pub fn quoted(text: &str) -> String {
    let count = |mark: char| text.matches(mark).count();
    let mark = if count('"') > count('\'') { '\'' } else { '"' };
    let mut literal = String::from(mark);
    for letter in text.chars() {
        match letter {
            '\\' => literal.push_str("\\\\"),
            _ if letter == mark => literal.extend(['\\', letter]),
            '\n' => literal.push_str("\\n"),
            _ if is_plain(letter) => literal.push(letter),
            _ => literal.push_str(&format!("\\u{:04x}", u32::from(letter))),
        }
    }
    literal.push(mark);
    literal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_wrapped() {
        for (text, expected) in [
            ("one two three", &["one two", "three"][..]),
            ("one\ntwo\r\n\nthree\n- four\n- five", &["one two", "", "three", "- four", "- five"]),
            ("abcdefghijkl m", &["abcdefghijkl", "m"]),
            ("a\u{202e}b\u{0}c\u{1b}[1m", &["a b c", "[1m"]),
            (" \n ", &[]),
        ] {
            assert_eq!(wrapped(text, 7), expected, "{text:?}");
        }
        assert_eq!(line(" a\nb "), "a b");
    }

    #[test]
    fn literals() {
        for (text, expected) in [
            ("plain", r#""plain""#),
            (r#"a "b" \'"#, r#"'a "b" \\\''"#),
            ("it's", r#""it's""#),
            ("\n\0\u{202e}é", r#""\n\u0000\u202eé""#),
        ] {
            assert_eq!(quoted(text), expected, "{text:?}");
        }
    }

    #[test]
    fn lists_break_where_they_are_too_long() {
        let items = ["one".to_owned(), "two".to_owned()];
        assert_eq!(listed(2, "f(", &items, ";", 4, 80), ["  f(one, two);"]);
        assert_eq!(listed(2, "f(", &items, ";", 4, 10), ["  f(", "      one,", "      two,", "  );"]);
    }
}
