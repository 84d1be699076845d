//! The errors of the system that have no kind of their own in the standard library.

/// The help for an error by its number; `None` if there is none.
pub(crate) fn error_help(_number: i32) -> Option<&'static str> {
    None
}
