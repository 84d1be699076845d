//! Descriptions as comments.

use crate::text::{Code, wrapped};

/// The width of the lines.
pub const WIDTH: usize = 120;

/// Adds a text as comments. What would go on in the next line, or be a trigraph, does not.
pub fn comment(code: &mut Code, indent: usize, text: &str) {
    let space = " ".repeat(indent);
    for line in wrapped(text, WIDTH - 3 - indent) {
        let end = if line.ends_with('\\') { "." } else { "" };
        code.line(format!("{space}// {}{end}", line.replace("??/", "? ?/")));
    }
}
