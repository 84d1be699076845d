//! Descriptions as documentation comments.

use crate::text::{Code, wrapped};

/// The width of prettier's lines.
pub const WIDTH: usize = 80;

/// Adds a text as a documentation comment.
pub fn doc(code: &mut Code, indent: usize, text: &str) {
    let space = " ".repeat(indent);
    let lines = wrapped(&text.replace("*/", "*\\/"), WIDTH - 3 - indent);
    match &lines[..] {
        [] => {}
        [one] if one.len() + indent + 7 <= WIDTH => code.line(format!("{space}/** {one} */")),
        all => {
            code.line(format!("{space}/**"));
            code.lines(all.iter().map(|line| format!("{space} * {line}")));
            code.line(format!("{space} */"));
        }
    }
}
