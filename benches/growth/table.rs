//! The table of one part.

use std::fmt::Write as _;

use crate::text::time;

/// What a column counts.
#[derive(Clone, Copy)]
pub enum Unit {
    Nanoseconds,
    /// For each byte: too few for the units of `text`.
    NanosecondsOfByte,
    Bytes,
}

impl Unit {
    fn shown(self, value: f64) -> String {
        match self {
            Unit::Nanoseconds => time(value),
            Unit::NanosecondsOfByte => format!("{value:.3} ns"),
            Unit::Bytes if value >= 10_240.0 => format!("{:.0} KiB", value / 1024.0),
            Unit::Bytes => format!("{value:.0} B"),
        }
    }
}

/// What one costs, by how many there are.
pub struct Table {
    title: &'static str,
    about: &'static str,
    columns: &'static [(&'static str, Unit)],
    rows: Vec<(u64, Vec<f64>)>,
}

impl Table {
    pub fn new(title: &'static str, about: &'static str, columns: &'static [(&'static str, Unit)]) -> Self {
        Table { title, about, columns, rows: Vec::new() }
    }

    /// A value for each column.
    pub fn add(&mut self, size: u64, values: Vec<f64>) {
        assert_eq!(values.len(), self.columns.len());
        eprintln!("growth: {}, {size}: {values:.1?}", self.title);
        self.rows.push((size, values));
    }

    pub fn text(&self) -> String {
        let mut text = format!("## {}\n\n{}\n\n|", self.title, self.about);
        for (name, _) in [("", Unit::Bytes)].iter().chain(self.columns) {
            write!(text, " {name} |").expect("a string takes everything");
        }
        text += &format!("\n|{}\n", " ---: |".repeat(self.columns.len() + 1));
        for (size, values) in &self.rows {
            let shown = self.columns.iter().zip(values).map(|((_, unit), value)| unit.shown(*value));
            text += &format!("| {} | {} |\n", grouped(*size), shown.collect::<Vec<_>>().join(" | "));
        }
        let exponents = (0..self.columns.len()).map(|at| format!("{:.2}", self.exponent(at)));
        text += &format!("| growth | {} |\n\n", exponents.collect::<Vec<_>>().join(" | "));
        text
    }

    /// The slope of a column from its first row to its last, both scales logarithmic.
    fn exponent(&self, column: usize) -> f64 {
        let at = |row: &(u64, Vec<f64>)| ((row.0 as f64).ln(), row.1[column].ln());
        // Memory is taken a page at a time, and the first of them may be none.
        let first = self.rows.iter().find(|row| row.1[column] > 0.0);
        let last = self.rows.last().expect("a row");
        let first = first.unwrap_or(last);
        let ((x, y), (end_x, end_y)) = (at(first), at(last));
        if end_x > x { (end_y - y) / (end_x - x) } else { 0.0 }
    }
}

/// `1,000,000`
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
