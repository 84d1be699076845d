//! Whose fault an error is.

/// Whose fault an error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The module broke a rule of the ABI or of the protocol, or its file is broken.
    Module,
    /// The machine or the host, the program around it included, could not do its part.
    Host,
    /// What was asked for does not exist, is not allowed, or contradicts itself.
    Operator,
}
