//! Which key of the file lies at a place of its text, and where a grant lies.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::options::grants::Right;

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

/// Where an instance is granted the entry of that number of a right; empty if the file grants no such thing.
pub(super) fn grant(text: &str, instance: &str, right: Right, at: usize) -> Range<usize> {
    let find = || {
        let table = DeTable::parse(text).ok()?;
        let (_, instances) = table.get_ref().iter().find(|(key, _)| key.get_ref() == "instance")?;
        let grants = instances.get_ref().get(instance)?.get_ref().get("grants")?;
        Some(grants.get_ref().get(right.as_str())?.get_ref().get(at)?.span())
    };
    find().unwrap_or_default()
}
