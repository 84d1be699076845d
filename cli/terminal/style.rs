//! How text for people looks: styles, widths, tables, times.

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use super::escape::{escaped, padded};

/// Headings and names.
pub const STRONG: Style = Style::new().bold();
/// Text that is seldom read.
pub const FAINT: Style = Style::new().dimmed();
/// Success.
pub const GOOD: Style = AnsiColor::Green.on_default();
/// Errors.
pub const BAD: Style = AnsiColor::Red.on_default().bold();
/// Warnings, and error responses that may be expected.
pub const WARN: Style = AnsiColor::Yellow.on_default();
/// Message types.
pub const KIND: Style = AnsiColor::Cyan.on_default();

/// The width of wrapped text for people; errors take the whole width of the terminal.
pub const WIDTH: usize = 80;

/// The columns of the terminal, at most `WIDTH`.
pub fn terminal_width() -> usize {
    terminal_columns().min(WIDTH)
}

/// The columns of the terminal; without one, `WIDTH`.
pub fn terminal_columns() -> usize {
    let columns = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    columns.filter(|columns| *columns > 0).unwrap_or(WIDTH)
}

/// Text in a style; `Output` removes the style where colour is not wanted.
pub fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// A time in a readable unit.
pub fn duration(ns: u64) -> String {
    match ns {
        0..1_000 => format!("{ns} ns"),
        1_000..1_000_000 => format!("{:.1} us", ns as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} ms", ns as f64 / 1e6),
        _ => format!("{:.2} s", ns as f64 / 1e9),
    }
}

/// Rows under headings, columns as wide as their widest cell; the last column is left as it is. The cells are shown.
pub fn table(headings: &[&str], rows: &[Vec<String>]) -> String {
    let shown_row = |row: &Vec<String>| -> Vec<String> { row.iter().map(|cell| escaped(cell)).collect() };
    let rows: Vec<Vec<String>> = rows.iter().map(shown_row).collect();
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].width());
        cells.chain([headings[column].len()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..headings.len()).map(width).collect();
    let align = |cells: &[String]| {
        let padded = cells.iter().zip(&widths).map(|(cell, width)| padded(cell, *width));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let head: Vec<String> = headings.iter().map(|heading| (*heading).to_owned()).collect();
    let mut lines = vec![styled(STRONG, &align(&head))];
    lines.extend(rows.iter().map(|row| align(row)));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        let cases = [(7, "7 ns"), (1_234, "1.2 us"), (2_500_000, "2.5 ms"), (61_000_000_000, "61.00 s")];
        for (ns, expected) in cases {
            assert_eq!(duration(ns), expected);
        }
    }

    #[test]
    fn columns_line_up() {
        let rows = vec![vec!["a".into(), "bbb".into()], vec!["cccc".into(), "d".into()]];
        let plain = anstream::adapter::strip_str(&table(&["X", "Y"], &rows)).to_string();
        assert_eq!(plain, "X     Y\na     bbb\ncccc  d");
    }
}
