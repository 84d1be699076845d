//! Descriptions as docstrings and comments.

use crate::text::{Code, wrapped};

/// The width of black's lines.
pub const WIDTH: usize = 88;

/// Adds a text as a docstring.
pub fn docstring(code: &mut Code, indent: usize, text: &str) {
    docstring_of(code, indent, wrapped(text, WIDTH - 8 - indent));
}

/// Adds lines as a docstring.
pub fn docstring_of(code: &mut Code, indent: usize, lines: Vec<String>) {
    let space = " ".repeat(indent);
    let mut lines: Vec<String> = lines.iter().map(|line| escaped(line)).collect();
    let Some(last) = lines.last_mut() else { return };
    if last.ends_with('"') {
        let at = last.len() - 1;
        last.insert(at, '\\');
    }
    match &lines[..] {
        [one] => code.line(format!("{space}\"\"\"{one}\"\"\"")),
        [first, rest @ ..] => {
            code.line(format!("{space}\"\"\"{first}"));
            code.lines(rest.iter().map(|line| format!("{space}{line}")));
            code.line(format!("{space}\"\"\""));
        }
        [] => {}
    }
}

fn escaped(line: &str) -> String {
    line.replace('\\', "\\\\").replace("\"\"\"", "\\\"\\\"\\\"")
}

/// Adds a text as comments.
pub fn comment(code: &mut Code, indent: usize, text: &str) {
    let space = " ".repeat(indent);
    for line in wrapped(text, WIDTH - 2 - indent) {
        code.line(format!("{space}# {line}"));
    }
}
