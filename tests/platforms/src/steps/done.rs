//! What came of a step.

use crate::results::Checks;

/// What came of a step that did not fail.
pub enum Done {
    /// What was compared.
    Ok(String),
    /// Why it is not possible here.
    NotHere(String),
    /// As `Ok`, with the outcomes of checks.
    Checked(String, Checks),
    /// Checks found something.
    Found(String, Checks),
}
