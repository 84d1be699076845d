//! SQL functions over the data of entities. Indexes depend on `rp_key`: if its results change, so must the version of
//! the store.

use std::sync::Arc;

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Error, Result, ffi};

use crate::services::store::path::Path;
use crate::services::store::scalar::{TEXT, key_of};
use crate::services::store::scan::{Scan, unescape};

/// Defines the functions for one connection.
pub(super) fn define(connection: &Connection) -> Result<()> {
    let flags =
        FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function("rp_key", 2, flags, |context| {
        let path = path(context)?;
        Ok(path.find(data(context)?).map(key_of))
    })?;
    connection.create_scalar_function("rp_contains", 3, flags, |context| {
        let path = path(context)?;
        let wanted = context.get_raw(2).as_blob()?;
        Ok(path.find(data(context)?).is_some_and(|value| contains(value, wanted)))
    })
}

/// The data of the row, the first argument.
fn data<'a>(context: &'a Context<'_>) -> Result<&'a str> {
    // No text here: given one, SQLite would drop the error code.
    let damaged = |_| Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_CORRUPT), None);
    context.get_raw(0).as_str().map_err(damaged)
}

/// The path, the second argument, read once for all rows of a statement.
fn path(context: &Context<'_>) -> Result<Arc<Path>> {
    context.get_or_create_aux(1, |value: ValueRef<'_>| {
        let text = value.as_str().map_err(|error| Error::UserFunctionError(error.into()))?;
        Path::parse(text).map_err(|problem| Error::UserFunctionError(problem.into()))
    })
}

/// Whether a text contains a text, or an array an item with this key.
fn contains(value: &str, wanted: &[u8]) -> bool {
    let mut scan = Scan::new(value);
    match scan.peek() {
        b'"' if wanted.first() == Some(&TEXT) => {
            unescape(value).is_some_and(|text| memchr::memmem::find(text.as_bytes(), &wanted[1..]).is_some())
        }
        b'[' => {
            scan.step();
            while scan.another(b']') {
                if key_of(scan.value()) == wanted {
                    return true;
                }
            }
            false
        }
        _ => false,
    }
}
