//! Standard codes through `?`.
use std::fmt::Display;

use crate::error::Error;

/// Turns what is missing, or any other error, into an [`Error`] with a standard code.
///
/// ```
/// use rp_sdk::{OrRefuse, Result};
///
/// fn note(notes: &[String], number: usize) -> Result<&String> {
///     notes.get(number).or_not_found(format_args!("there is no note {number}"))
/// }
/// assert_eq!(note(&[], 3).unwrap_err().code(), "not_found");
/// ```
///
/// Of an error, its text stands behind the one given here.
pub trait OrRefuse<T> {
    /// What is named does not exist: code `not_found`.
    fn or_not_found(self, text: impl Display) -> Result<T, Error>;
    /// The request does not fit the present state: code `conflict`.
    fn or_conflict(self, text: impl Display) -> Result<T, Error>;
    /// An argument is of no use: code `invalid_payload`.
    fn or_invalid(self, text: impl Display) -> Result<T, Error>;
    /// Something that is needed is not there: code `unavailable`.
    fn or_unavailable(self, text: impl Display) -> Result<T, Error>;
    /// A fault of the module itself: code `internal`.
    fn or_internal(self, text: impl Display) -> Result<T, Error>;
}

macro_rules! refusals {
    ($($name:ident = $make:ident),*) => {
        impl<T> OrRefuse<T> for Option<T> {
            $(fn $name(self, text: impl Display) -> Result<T, Error> {
                self.ok_or_else(|| Error::$make(text))
            })*
        }

        impl<T, E: Display> OrRefuse<T> for Result<T, E> {
            $(fn $name(self, text: impl Display) -> Result<T, Error> {
                self.map_err(|error| Error::$make(format_args!("{text}: {error}")))
            })*
        }
    };
}

refusals!(
    or_not_found = not_found,
    or_conflict = conflict,
    or_invalid = invalid_payload,
    or_unavailable = unavailable,
    or_internal = internal
);
