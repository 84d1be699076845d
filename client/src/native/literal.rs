//! String literals.

use crate::text::is_plain;

/// A string literal of C and C++; a NUL would end it.
pub fn literal(text: &str) -> String {
    let mut literal = String::from("\"");
    let mut last = ' ';
    for letter in text.chars() {
        match letter {
            '"' | '\\' => literal.extend(['\\', letter]),
            // Two of them could begin a trigraph.
            '?' if last == '?' => literal.push_str("\\?"),
            _ if is_plain(letter) => literal.push(letter),
            _ => literal.push_str(&octal(letter)),
        }
        last = letter;
    }
    literal.push('"');
    literal
}

fn octal(letter: char) -> String {
    letter.encode_utf8(&mut [0; 4]).bytes().map(|byte| format!("\\{byte:03o}")).collect()
}

#[cfg(test)]
mod tests {
    use super::literal;

    #[test]
    fn literals() {
        for (text, expected) in [
            ("a\"b\\", r#""a\"b\\""#),
            ("??/", r#""?\?/""#),
            ("\n1\u{7f}é", "\"\\0121\\177é\""),
            ("", "\"\""),
        ] {
            assert_eq!(literal(text), expected);
        }
    }
}
