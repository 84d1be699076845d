//! The lines of addresses.

use gimli::{Error, LineProgramHeader, UnitRef};

use super::names::plain;
use super::reader::Reader;
use super::time_limit::TimeLimit;

/// A source file's number, and a line.
pub(super) type Line = (u64, u64);

/// The lines of those addresses that are in `unit`.
pub(super) fn lines(
    unit: UnitRef<'_, Reader<'_>>,
    addresses: &[u64],
    limit: &TimeLimit,
) -> Result<Vec<Option<Line>>, Error> {
    let mut lines = vec![None; addresses.len()];
    let Some(program) = unit.line_program.clone() else { return Ok(lines) };
    let mut rows = program.rows();
    let mut former: Option<(u64, Option<Line>)> = None;
    while let Some((_, row)) = rows.next_row()? {
        if limit.is_over_soon() {
            break;
        }
        if let Some((begin, line)) = former {
            for (found, address) in lines.iter_mut().zip(addresses) {
                if (begin..row.address()).contains(address) {
                    *found = found.or(line);
                }
            }
        }
        let line = row.line().map(|line| (row.file_index(), line.get()));
        former = (!row.end_sequence()).then(|| (row.address(), line));
    }
    Ok(lines)
}

/// The last part of a source file's path, and whether it is one of the language's own library.
pub(super) fn file_name(unit: UnitRef<'_, Reader<'_>>, number: u64) -> Option<(String, bool)> {
    let header: &LineProgramHeader<_> = unit.line_program.as_ref()?.header();
    let file = header.file(number)?;
    let path = unit.attr_string(file.path_name()).ok()?;
    let folder = file.directory(header).and_then(|folder| unit.attr_string(folder).ok());
    let name = path.slice().rsplit(|byte| b"/\\".contains(byte)).next()?;
    let is_of_language = [Some(path), folder].into_iter().flatten().any(|path| is_of_language(path.slice()));
    Some((plain(name), is_of_language))
}

/// Whether that is the source of a standard library: of Rust, built by its authors or here, or of C and C++.
fn is_of_language(path: &[u8]) -> bool {
    const RUST_SOURCE: &[u8] = b"/rustlib/src/rust/library/";
    let is_here = path.windows(RUST_SOURCE.len()).any(|part| part == RUST_SOURCE);
    is_here || path.starts_with(b"/rustc/") || path.starts_with(b"/usr/include/")
}
