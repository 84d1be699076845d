//! Descriptions as documentation comments.

use crate::text::{Code, wrapped};

/// Adds a text as a documentation comment; nothing where it says nothing.
pub fn doc(code: &mut Code, indent: usize, text: &str) {
    let space = " ".repeat(indent);
    for line in wrapped(&plain(text), 96 - indent) {
        code.line(format!("{space}/// {line}"));
    }
}

/// The text with what rustdoc would take for a link, for HTML or for a test.
fn plain(text: &str) -> String {
    let is_paired = text.matches('`').count().is_multiple_of(2) && !text.contains("``");
    let mut is_code = false;
    let mut plain = String::new();
    for letter in text.replace("~~~", "~ ~ ~").chars() {
        is_code ^= letter == '`' && is_paired;
        let is_special = matches!(letter, '[' | ']' | '<' | '>') || (letter == '`' && !is_paired);
        if is_special && !is_code {
            plain.push('\\');
        }
        plain.push(letter);
    }
    linked(&plain)
}

/// Addresses in the brackets that make links of them.
fn linked(text: &str) -> String {
    let lines = text.lines().map(|line| line.split(' ').map(link).collect::<Vec<_>>().join(" "));
    lines.collect::<Vec<_>>().join("\n")
}

fn link(word: &str) -> String {
    let is_address = word.starts_with("https://") || word.starts_with("http://");
    let address = word.trim_end_matches(['.', ',', ';', ')']);
    match is_address && !address.contains(['\\', '`']) {
        true => format!("<{address}>{}", &word[address.len()..]),
        false => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rustdoc_sees_text() {
        for (text, expected) in [
            ("see [x] and `a[0]`", r"see \[x\] and `a[0]`"),
            ("```\nfail!()\n```", "\\`\\`\\`\nfail!()\n\\`\\`\\`"),
            ("a ` alone <b>", r"a \` alone \<b\>"),
            ("at https://a.example/b.", "at <https://a.example/b>."),
        ] {
            assert_eq!(plain(text), expected);
        }
    }
}
