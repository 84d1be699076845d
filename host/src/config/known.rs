//! What other parts of an `rp.toml` may refer to.

use toml::Spanned;

use super::file;

/// The names that a file declares.
pub struct Known<'a> {
    /// The whole file.
    pub text: &'a str,
    pub modules: Vec<(&'a Spanned<String>, &'a file::Module)>,
    pub instances: Vec<&'a str>,
}
