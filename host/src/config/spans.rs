//! Which key of the file lies at a place of its text, and where an item of an array lies.

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

/// Where the item of that number of the array under a path of keys lies; empty if the file has no such item.
pub(super) fn item(text: &str, keys: &[&str], at: usize) -> Range<usize> {
    let find = || {
        let table = DeTable::parse(text).ok()?;
        let (first, deeper) = keys.split_first()?;
        let (_, value) = table.get_ref().iter().find(|(key, _)| key.get_ref() == first)?;
        let array = deeper.iter().try_fold(value, |value, key| value.get_ref().get(*key))?;
        Some(array.get_ref().get(at)?.span())
    };
    find().unwrap_or_default()
}
