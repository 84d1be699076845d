//! Lines as rustfmt lays them out, and literals.

/// The width of the lines.
pub const WIDTH: usize = 100;
/// The widest chain of calls, and the widest arguments of one, in one line.
pub const CHAIN: usize = 60;

/// A string literal.
pub fn literal(text: &str) -> String {
    format!("{text:?}")
}

/// A list in one line if its items have room in `most` columns, or else with a line for each, as rustfmt does it.
pub fn short_list(indent: usize, head: &str, items: &[String], tail: &str, most: usize) -> Vec<String> {
    let space = " ".repeat(indent);
    let one = items.join(", ");
    if one.chars().count() <= most {
        return vec![format!("{space}{head}{one}{tail}")];
    }
    let mut lines = vec![format!("{space}{}", head.trim_end())];
    lines.extend(items.iter().map(|item| format!("{space}    {item},")));
    lines.push(format!("{space}{}", tail.trim_start()));
    lines
}
