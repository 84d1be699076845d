//! What a module is linked with.

use std::path::Path;

/// The libraries that a module needs.
pub(crate) struct Needs<'a> {
    /// The module's own file, not the copy that is loaded.
    pub(crate) original: &'a Path,
    /// Names of those that are loaded together with it.
    pub(crate) at_once: &'a [String],
    /// Names of those that are loaded when they are first used; only Windows has them.
    pub(crate) later: &'a [String],
}
