//! Numbers that SQLite counts; it has no unsigned ones.

use rusqlite::{Connection, Result, Row};

/// A number of a row that counts something.
pub(super) fn number(row: &Row<'_>, column: usize) -> Result<u64> {
    Ok(u64::try_from(row.get::<_, i64>(column)?).unwrap_or_default())
}

/// The one number that a statement answers.
pub(super) fn one(connection: &Connection, text: &str) -> Result<u64> {
    connection.query_row(text, [], |row| number(row, 0))
}
