//! Which functions, in which lines, an address in a library belongs to.
//!
//! The file may be hostile. So nothing here recurses, what is kept is bounded by the number of addresses, and the time is
//! limited: what is not found by then stays unknown.

#[cfg(feature = "backtrace")]
mod functions;
#[cfg(feature = "backtrace")]
mod lines;
#[cfg(feature = "backtrace")]
mod lookup;
#[cfg(feature = "backtrace")]
mod names;
#[cfg(feature = "backtrace")]
mod reader;
#[cfg(feature = "backtrace")]
mod table;
#[cfg(feature = "backtrace")]
mod time_limit;

#[cfg(feature = "backtrace")]
pub(super) use lookup::look_up;
#[cfg(all(test, feature = "backtrace"))]
pub(super) use lookup::look_up_within;

/// Where an address lies: a function and, where the file says so, the line of its source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// As people write it.
    pub(super) function: Option<String>,
    /// The name of the source file, and the line.
    pub(super) line: Option<(String, u64)>,
    /// Whether the source file is one of the language's own library.
    pub(super) is_of_language: bool,
}

/// For each address of the library in `file` its place, with those of the functions that it was inlined into behind it; empty
/// where nothing is known.
#[cfg(not(feature = "backtrace"))]
pub(super) fn look_up(_file: &[u8], addresses: &[u64]) -> Vec<Vec<Place>> {
    vec![Vec::new(); addresses.len()]
}
