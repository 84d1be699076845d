//! Which key of the file lies at a place of its text.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The path of the key that lies there, from the outermost table inwards; none if the text is no TOML.
pub(super) fn path_of_key(text: &str, span: &Range<usize>) -> Option<Vec<String>> {
    let table = DeTable::parse(text).ok()?;
    path_in(table.get_ref(), span)
}

fn path_in(table: &DeTable<'_>, span: &Range<usize>) -> Option<Vec<String>> {
    table.iter().find_map(|(key, value)| {
        let mut path = if key.span() == *span { Vec::new() } else { path_below(value, span)? };
        path.insert(0, key.get_ref().to_string());
        Some(path)
    })
}

fn path_below(value: &Spanned<DeValue<'_>>, span: &Range<usize>) -> Option<Vec<String>> {
    path_in(value.get_ref().as_table()?, span)
}
